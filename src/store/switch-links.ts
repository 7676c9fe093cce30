import { renameSync } from 'node:fs';
import { chmod, lstat, rename, rm, symlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { makeDirectories } from './make-directories.ts';
import { stagingDirectory, versionedLink, versionPath } from './paths.ts';
import { readLink } from './read-links.ts';

/**
 * Points `{ref}-{version}` and `{ref}` at a published version, each by a rename, so that a reader finds the old
 * version or the new one and never nothing. Links that are right already are not touched.
 *
 * A real directory where `{ref}` belongs (Attune's own installer makes one) is moved into the store, not deleted. Of a
 * link that a person made to elsewhere, a copy is kept there.
 *
 * @param now names what is kept
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
  const isForeign = text !== null && !text.startsWith(`.versions/${ref}/`);
  if (!occupied && !isForeign) return rename(fresh, path);
  const kept = join(store, '.versions', ref, `found-${name}-${now.toISOString().replace(/[:.]/g, '')}`);
  await makeDirectories(dirname(kept));
  if (occupied) return replaceDirectory(path, kept, fresh);
  await makeLink(resolve(store, text ?? ''), kept);
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

/**
 * Node cannot exchange two names at once. The two renames follow each other with nothing between them; a run that is
 * killed just there leaves no `{ref}`, and the next one makes the link.
 */
async function replaceDirectory(path: string, kept: string, fresh: string): Promise<void> {
  const { mode } = await lstat(path);
  const isReadOnly = (mode & 0o200) === 0;
  // Whatever moves to another parent must be writable itself.
  if (isReadOnly) await chmod(path, (mode & 0o7777) | 0o200);
  renameSync(path, kept);
  renameSync(fresh, path);
  if (isReadOnly) await chmod(kept, mode & 0o7777);
}
