import { access, constants, lstat, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { SyncError } from '../errors.ts';
import { versionedLink } from './paths.ts';

const sticky = 0o1000;

/**
 * Makes sure, before anything of a pack is written, that directories of another installer can be moved away from where
 * the links belong: a directory that moves to another parent must be writable itself.
 *
 * @throws SyncError `directory-not-movable` with whose it is
 */
export async function checkReplaceable(
  store: string,
  { ref, version }: { readonly ref: string; readonly version: string },
): Promise<void> {
  for (const name of [ref, versionedLink(ref, version)]) {
    const path = join(store, name);
    const found = await lstat(path).catch(() => null);
    if (found === null || found.isSymbolicLink() || (await isMovable(store, path, found.uid))) continue;
    throw new SyncError(
      'directory-not-movable',
      `${path} was made by another installer and belongs to the user ${found.uid}: this user may not move it into the store`,
      { hint: `Give it to the user that runs this (chown), or run this as that user. Nothing of ${ref} was changed.` },
    );
  }
}

async function isMovable(store: string, path: string, owner: number): Promise<boolean> {
  const user = process.geteuid?.() ?? 0;
  if (user === 0) return true;
  if (!(await isWritable(store))) return false;
  const parent = await stat(store);
  const isKept = (parent.mode & sticky) !== 0 && owner !== user && parent.uid !== user;
  return !isKept && (owner === user || (await isWritable(path)));
}

async function isWritable(path: string): Promise<boolean> {
  return access(path, constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  );
}
