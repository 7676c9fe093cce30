import { renameSync } from 'node:fs';
import { access, chmod, constants, lstat, readdir, rename, rm, symlink } from 'node:fs/promises';
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
export async function switchLinks(store: string, version: Version, now: Date): Promise<void> {
  await finishSwitch(store, await prepareSwitch(store, version), now);
}

interface Version {
  readonly ref: string;
  readonly version: string;
  readonly digest: string;
}

/** A link that is made, and waits in staging to take its place. */
export interface PreparedLink {
  readonly ref: string;
  readonly name: string;
  readonly fresh: string;
}

/**
 * Makes what links are to be switched, and changes nothing yet: what can go wrong with them (a full or read-only disk, a
 * missing right) does so now. Without `finishSwitch` the caller discards them.
 */
export async function prepareSwitch(store: string, version: Version): Promise<readonly PreparedLink[]> {
  const { ref } = version;
  const target = versionPath(ref, version.version, version.digest);
  const prepared: PreparedLink[] = [];
  for (const name of [versionedLink(ref, version.version), ref]) {
    if (readLink(join(store, name)).text === target) continue;
    const fresh = join(store, stagingDirectory, `link-${process.pid}-${name}`);
    prepared.push({ ref, name, fresh });
    await makeLink(target, fresh);
  }
  if (prepared.length > 0) await access(store, constants.W_OK | constants.X_OK);
  return prepared;
}

/** Puts prepared links in their places. */
export async function finishSwitch(store: string, links: readonly PreparedLink[], now: Date): Promise<void> {
  for (const link of links) await putLink(store, link, now);
}

/** Of links that are not to be switched after all. */
export async function discardSwitch(links: readonly PreparedLink[]): Promise<void> {
  for (const { fresh } of links) await rm(fresh, { force: true }).catch(() => {});
}

async function putLink(store: string, { ref, name, fresh }: PreparedLink, now: Date): Promise<void> {
  const path = join(store, name);
  const { text, occupied } = readLink(path);
  const isForeign = text !== null && !text.startsWith(`.versions/${ref}/`);
  if (!occupied && !isForeign) return rename(fresh, path);
  const kept = join(store, '.versions', ref, `found-${name}-${now.toISOString().replace(/[:.]/g, '')}`);
  await makeDirectories(dirname(kept));
  if (occupied) return replaceDirectory(path, kept, fresh);
  const target = resolve(store, text ?? '');
  if (!(await isKept(dirname(kept), name, target))) await makeLink(target, kept);
  await rename(fresh, path);
}

/** By a run that was killed just after it. */
async function isKept(directory: string, name: string, target: string): Promise<boolean> {
  for (const kept of await readdir(directory)) {
    if (kept.startsWith(`found-${name}-`) && readLink(join(directory, kept)).text === target) return true;
  }
  return false;
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
