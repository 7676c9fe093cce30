import { rename, rm, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeDirectories } from './make-directories.ts';
import { stagingDirectory, versionedLink, versionPath } from './paths.ts';
import { readLink } from './read-links.ts';

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
  const { text, occupied } = await readLink(path);
  if (text === target) return;
  const fresh = join(store, stagingDirectory, `link-${process.pid}-${name}`);
  await makeLink(target, fresh);
  if (occupied) await moveIn(store, path, name, ref, now);
  await rename(fresh, path);
}

/** Mostly there is a staging directory, and nothing in it that a killed run of the same number left. */
async function makeLink(target: string, path: string): Promise<void> {
  await symlink(target, path).catch(async () => {
    await makeDirectories(dirname(path));
    await rm(path, { force: true });
    await symlink(target, path);
  });
}

async function moveIn(store: string, path: string, name: string, ref: string, now: Date): Promise<void> {
  const versions = join(store, '.versions', ref);
  await makeDirectories(versions);
  await rename(path, join(versions, `found-${name}-${now.toISOString().replace(/[:.]/g, '')}`));
}
