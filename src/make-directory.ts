import { lstat, mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { SyncError } from './errors.ts';

/**
 * Makes a directory and its parents, one level after the other: Node's own way asks for ever where a file system says
 * of a directory that is there that it is not, as /proc does.
 *
 * @returns the first that was made; undefined where all were there
 * @throws SyncError `disk-not-a-directory`, `disk-no-directories`; errors of the file system
 */
export async function makeDirectory(path: string, mode = 0o777): Promise<string | undefined> {
  if (await makeLevel(path, mode)) return path;
  if (await isDirectory(path)) return undefined;
  const parent = dirname(path);
  const first = parent === path ? undefined : await makeDirectory(parent, mode);
  if ((await makeLevel(path, mode)) || (await isDirectory(path))) return first ?? path;
  throw new SyncError('disk-no-directories', `${path} cannot be made: its file system takes no directories there`, {
    hint: 'Name another directory in the configuration.',
  });
}

/** False where it is there, or its parent is not. */
async function makeLevel(path: string, mode: number): Promise<boolean> {
  try {
    await mkdir(path, { mode });
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return false;
    if (code !== 'EEXIST') throw error;
    if (await isDirectory(path)) return false;
    throw notADirectory(path, (await lstat(path)).isSymbolicLink());
  }
}

async function isDirectory(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

function notADirectory(path: string, isLink: boolean): SyncError {
  const what = isLink ? 'a link that leads to no directory' : 'no directory';
  return new SyncError('disk-not-a-directory', `${path} is ${what}, so nothing can be made in it`, {
    hint: 'Move it away, or name another directory in the configuration.',
  });
}
