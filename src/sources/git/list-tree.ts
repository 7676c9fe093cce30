import { runLocal } from './run-local.ts';
import type { Mirror } from './with-mirror.ts';

/** One entry of a commit's tree. */
export interface TreeEntry {
  /** As git writes it: 100644, 100755, 120000 (link), 160000 (submodule). */
  readonly mode: string;
  /** Of the object that holds its content. */
  readonly id: string;
  /** 0 for a submodule. */
  readonly bytes: number;
  /** Relative to the directory that was listed. */
  readonly path: string;
}

/**
 * Everything below a directory of a commit; nothing where there is no such directory.
 *
 * @param path without leading and trailing slash; '' is the repository's root
 */
export async function listTree(mirror: Mirror, commit: string, path: string): Promise<readonly TreeEntry[]> {
  const below = path === '' ? [] : ['--', `${path}/`];
  return parseTree(await runLocal(mirror, ['ls-tree', '-r', '-z', '-l', '--full-tree', commit, ...below]), path);
}

/** Reads what `git ls-tree -r -z -l` prints. */
export function parseTree(text: string, path: string): readonly TreeEntry[] {
  const prefix = path === '' ? 0 : path.length + 1;
  return text
    .split('\0')
    .filter((line) => line !== '')
    .map((line) => {
      const tab = line.indexOf('\t');
      const [mode = '', , id = '', size = ''] = line.slice(0, tab).split(/ +/);
      return { mode, id, bytes: size === '-' ? 0 : Number(size), path: line.slice(tab + 1 + prefix) };
    });
}
