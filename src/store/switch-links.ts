import { lstat, readlink, rename, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { makeDirectories } from './make-directories.ts';
import { stagingDirectory, versionedLink, versionPath } from './paths.ts';

/**
 * Points `{ref}-{version}` and `{ref}` at a published version, each by a rename, so that a reader finds the old
 * version or the new one and never nothing. Links that are right already are not touched.
 *
 * A real directory where `{ref}` belongs (Attune's own installer makes one) is moved into the store, not deleted.
 *
 * @param now names the moved directory
 */
export async function switchLinks(
  store: string,
  version: { readonly ref: string; readonly version: string; readonly digest: string },
  now: Date,
): Promise<void> {
  const target = versionPath(version.ref, version.version, version.digest);
  await switchLink(store, versionedLink(version.ref, version.version), target, version.ref, now);
  await switchLink(store, version.ref, target, version.ref, now);
}

async function switchLink(store: string, name: string, target: string, ref: string, now: Date): Promise<void> {
  const path = join(store, name);
  const found = await lstat(path).catch(() => null);
  if (found?.isSymbolicLink() && (await readlink(path)) === target) return;
  const staging = join(store, stagingDirectory);
  await makeDirectories(staging);
  const fresh = join(staging, `link-${process.pid}-${name}`);
  await rm(fresh, { force: true });
  await symlink(target, fresh);
  if (found !== null && !found.isSymbolicLink()) await moveIn(store, path, name, ref, now);
  await rename(fresh, path);
}

async function moveIn(store: string, path: string, name: string, ref: string, now: Date): Promise<void> {
  const versions = join(store, '.versions', ref);
  await makeDirectories(versions);
  await rename(path, join(versions, `found-${name}-${now.toISOString().replace(/[:.]/g, '')}`));
}
