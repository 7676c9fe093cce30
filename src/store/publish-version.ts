import { lstat, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { checksumDirectory, framed } from '../packs/checksum.ts';
import { hashFiles } from '../packs/files/hash-files.ts';
import { listPackFiles } from '../packs/files/list-files.ts';
import { makeDirectories } from './make-directories.ts';
import { versionPath } from './paths.ts';
import { setModes } from './set-modes.ts';

interface Version {
  readonly ref: string;
  readonly version: string;
  readonly digest: string;
}

/**
 * Makes a staged directory the published version, by one rename. Published before, and its files still the same: the
 * staged one is left where it is, and so is what people put beside those files. Changed since: the published one is
 * moved beside, never deleted.
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
    if (await holdsAll(target, staged, version.digest)) return;
    await rename(target, await freeName(`${target}.changed`));
  }
  await makeDirectories(dirname(target));
  await setModes(staged, groupId);
  await rename(staged, target);
}

/** True where the version's directory is there and holds exactly what was published: it may be switched to as it is. */
export async function isPublished(store: string, version: Version): Promise<boolean> {
  const directory = join(store, versionPath(version.ref, version.version, version.digest));
  return checksumDirectory(directory).then(
    (found) => found.digest === version.digest,
    () => false,
  );
}

/** True where the directory has every file of the staged one as it was published. */
async function holdsAll(directory: string, staged: string, digest: string): Promise<boolean> {
  const { files } = await listPackFiles(staged);
  const found = await hashFiles(directory, files, framed);
  return found.problems.length === 0 && found.digest === digest;
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
