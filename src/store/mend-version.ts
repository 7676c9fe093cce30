import { chmod, lstat, readFile, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeDirectories } from './make-directories.ts';

/**
 * Brings the files of a version back to what was published, file by file, so that nobody who reads them meanwhile finds
 * nothing. What stands in the place of a published file is moved beside the version, never deleted; what others put
 * beside those files stays.
 *
 * @param staged holds exactly what was published, with the modes of a published tree; what is needed of it is moved away
 * @param paths of the files that were published
 * @returns the paths that were not as published
 */
export async function mendVersion(
  directory: string,
  staged: string,
  paths: readonly string[],
): Promise<readonly string[]> {
  const mended: string[] = [];
  let aside: string | undefined;
  const moveAside = async (path: string) => {
    aside ??= await freeName(`${directory}.changed`);
    await makeDirectories(dirname(join(aside, path)));
    await rename(join(directory, path), join(aside, path));
  };
  for (const path of paths) {
    await clearParents(directory, path, moveAside);
    const [target, source] = [join(directory, path), join(staged, path)];
    const found = await lstatOrNull(target);
    const { mode } = await lstat(source);
    if (found?.isFile() && (await isEqual(target, source, found.size))) {
      if ((found.mode & 0o777) !== (mode & 0o777)) await chmod(target, mode & 0o777);
      continue;
    }
    if (found !== null) await moveAside(path);
    await makeDirectories(dirname(target));
    await rename(source, target);
    mended.push(path);
  }
  return mended;
}

/** A directory of a published file can be a file or a link by now; and one that nobody may enter is opened. */
async function clearParents(
  directory: string,
  path: string,
  moveAside: (path: string) => Promise<void>,
): Promise<void> {
  const parts = path.split('/').slice(0, -1);
  for (const inside of ['', ...parts.map((_, index) => parts.slice(0, index + 1).join('/'))]) {
    const found = await lstatOrNull(join(directory, inside));
    if (found === null) return;
    if (!found.isDirectory()) return moveAside(inside);
    if ((found.mode & 0o757) !== 0o755) await chmod(join(directory, inside), 0o755);
  }
}

async function isEqual(one: string, other: string, size: number): Promise<boolean> {
  if ((await lstat(other)).size !== size) return false;
  const [content, published] = await Promise.all([readFile(one), readFile(other)]);
  return content.equals(published);
}

async function lstatOrNull(path: string) {
  return lstat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
    throw error;
  });
}

/** A name that nothing has yet, made of the one that was wished for. */
export async function freeName(wished: string): Promise<string> {
  let name = wished;
  for (let count = 2; (await lstatOrNull(name)) !== null; count++) name = `${wished}-${count}`;
  return name;
}
