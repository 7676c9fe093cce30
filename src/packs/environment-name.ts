import { folders } from './parse/sort-files.ts';

/** Names that mean something else in a pack's directory, or beside an environment in the pack store. */
const taken: ReadonlySet<string> = new Set([
  ...folders.keys(),
  'queues',
  'dashboards',
  'caches',
  'pack.yaml',
  'pack.yml',
  '.git',
  '.complete',
]);

/** What a file system takes for one name, in bytes; a version can come behind it. */
const longest = 120;

/**
 * Why an environment cannot be called so in a pack's directory, for a sentence that begins with the name. Undefined where
 * it can.
 */
export function environmentNameFault(name: string): string | undefined {
  if (name === '' || name === '.' || name === '..' || name.includes('/') || name.includes('\\'))
    return 'is not the name of one directory';
  if (/\p{Cc}/u.test(name) || Buffer.byteLength(name) > longest) return 'is no name for a directory';
  return taken.has(name.toLowerCase()) ? 'is taken: packs have something else of that name' : undefined;
}
