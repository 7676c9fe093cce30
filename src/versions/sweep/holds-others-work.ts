import { lstat, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { checkDirectory } from '../../store/check-files.ts';

/**
 * Whether the directory of a version holds something that would be lost with it: a published file that somebody changed
 * or replaced, or a file of theirs that is not, as it is, in the version that took its place.
 *
 * @param successor the directory that is in use now, or was last; null where there is none
 */
export async function holdsOthersWork(directory: string, digest: string, successor: string | null): Promise<boolean> {
  if ((await lstat(directory).catch(() => null)) === null) return false;
  const { drift, foreign } = await checkDirectory(directory, digest);
  if (drift.some(({ found }) => found !== 'missing' && !found.startsWith('mode '))) return true;
  for (const path of foreign) {
    if (successor === null || !(await isSame(join(directory, path), join(successor, path)))) return true;
  }
  return false;
}

async function isSame(one: string, other: string): Promise<boolean> {
  const [first, second] = await Promise.all([one, other].map((path) => lstat(path).catch(() => null)));
  if (first == null || second == null) return false;
  if (first.isSymbolicLink() && second.isSymbolicLink()) return (await readlink(one)) === (await readlink(other));
  if (!first.isFile() || !second.isFile() || first.size !== second.size) return false;
  return (await readFile(one)).equals(await readFile(other));
}
