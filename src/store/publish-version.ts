import { lstat, mkdir, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { checksumDirectory } from '../packs/checksum.ts';
import { versionPath } from './paths.ts';
import { setModes } from './set-modes.ts';

interface Version {
  readonly ref: string;
  readonly version: string;
  readonly digest: string;
}

/**
 * Makes a staged directory the published version, by one rename. Published before, and still the same: the staged
 * one is left where it is. Changed since: it is moved beside, never deleted, because a person may have put files there.
 *
 * @param store the pack store's absolute path
 * @param staged a directory on the same file system that holds exactly this version
 * @param groupId the numeric group that published files get; null leaves it
 */
export async function publishVersion(
  store: string,
  staged: string,
  version: Version,
  groupId: number | null,
): Promise<void> {
  const target = join(store, versionPath(version.ref, version.version, version.digest));
  if (await exists(target)) {
    if (await isIntact(target, version.digest)) return;
    await rename(target, await freeName(`${target}.changed`));
  }
  await mkdir(dirname(target), { recursive: true, mode: 0o755 });
  await setModes(staged, groupId);
  await rename(staged, target);
}

/** True where the version's directory is there; what is in it is not looked at. */
export async function isPublished(store: string, version: Version): Promise<boolean> {
  return exists(join(store, versionPath(version.ref, version.version, version.digest)));
}

async function isIntact(directory: string, digest: string): Promise<boolean> {
  return checksumDirectory(directory).then(
    (found) => found.digest === digest,
    () => false,
  );
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

async function freeName(wished: string): Promise<string> {
  let name = wished;
  for (let count = 2; await exists(name); count++) name = `${wished}-${count}`;
  return name;
}
