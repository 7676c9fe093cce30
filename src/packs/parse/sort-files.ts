import { type Problem, problem } from '../../errors.ts';
import { nearest } from '../../yaml/nearest.ts';
import type { KindName } from '../kinds.ts';

/** The folder of each kind that has files of its own. */
export const folders: ReadonlyMap<string, KindName> = new Map([
  ['runtimes', 'runtime'],
  ['triggers', 'trigger'],
  ['permission_sets', 'permission_set'],
  ['workflows', 'workflow'],
  ['actions', 'action'],
  ['sensors', 'sensor'],
  ['policies', 'policy'],
  ['rules', 'rule'],
]);

/** Kinds of later Attune versions, for which there is no table here. */
const unsupported: ReadonlySet<string> = new Set(['queues', 'dashboards', 'caches']);
const yamlFile = /\.ya?ml$/;

/** A pack's YAML files by what they are. */
export interface SortedFiles {
  readonly packYamls: readonly string[];
  /** In the order of their names. */
  readonly byKind: ReadonlyMap<KindName, readonly string[]>;
  /** What holds YAML and is not read. */
  readonly problems: readonly Problem[];
}

/** True for the files whose bytes the reader may want. */
export function mayBeRead(path: string): boolean {
  return yamlFile.test(path) && !path.split('/').includes('node_modules');
}

/** True for the files that are read whatever the others say. */
export function isRead(path: string): boolean {
  return path === 'pack.yaml' || path === 'pack.yml' || kindOfFile(path) !== undefined;
}

/** Sorts a pack's files. Only those directly in a folder define components, and those in `actions/workflows`. */
export function sortFiles(paths: readonly string[]): SortedFiles {
  const byKind = new Map<KindName, string[]>();
  const passedOver = new Map<string, Problem>();
  for (const path of paths) {
    const kind = kindOfFile(path);
    if (kind === undefined) {
      passOver(path, passedOver);
      continue;
    }
    const files = byKind.get(kind) ?? [];
    files.push(path);
    byKind.set(kind, files);
  }
  const packYamls = paths.filter((path) => path === 'pack.yaml' || path === 'pack.yml');
  return { packYamls, byKind, problems: [...passedOver.values()] };
}

function kindOfFile(path: string): KindName | undefined {
  const [folder = '', ...rest] = path.split('/');
  if (!yamlFile.test(path)) return undefined;
  if (folder === 'actions' && rest.length === 2 && rest[0] === 'workflows') return 'workflow';
  return rest.length === 1 ? folders.get(folder) : undefined;
}

function passOver(path: string, found: Map<string, Problem>): void {
  const parts = path.split('/');
  const [folder = ''] = parts;
  const directory = parts.slice(0, -1).join('/');
  if (parts.length === 1 || found.has(directory) || found.has(folder)) return;
  const say = (key: string, code: string, message: string, hint?: string) =>
    found.set(
      key,
      problem('warning', code, message, { where: { file: key }, ...(hint === undefined ? {} : { hint }) }),
    );
  if (folders.has(folder)) {
    if (parts.length === 2 && /\.ya?ml$/i.test(path)) {
      say(path, 'unknown-file', `${path} is left out: the name must end in .yaml or .yml.`, 'Rename it.');
    } else if (parts.length > 2 && mayBeRead(path)) {
      say(
        directory,
        'nested-files',
        `YAML files in ${directory} are left out: only those directly in ${folder} count.`,
      );
    }
  } else if (mayBeRead(path) && parts.length === 2) {
    const meant = nearest(folder, [...folders.keys(), ...unsupported]);
    if (unsupported.has(folder)) {
      say(folder, 'unsupported-kind', `${folder} are not supported; the files in this directory are left out.`);
    } else if (meant !== undefined) {
      say(folder, 'unknown-folder', `The files in ${folder} are left out.`, `Did you mean ${meant}?`);
    }
  }
}
