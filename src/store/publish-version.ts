import { lstat, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { listPackFiles } from '../packs/files/list-files.ts';
import { isSound } from './check-files.ts';
import { makeDirectories } from './make-directories.ts';
import { freeName, mendVersion } from './mend-version.ts';
import { versionPath } from './paths.ts';
import { setModes } from './set-modes.ts';
import { writeNote } from './version-note.ts';

interface Version {
  readonly ref: string;
  readonly version: string;
  readonly digest: string;
}

/**
 * Makes a staged directory the published version, by one rename. Published before: only files that are not as they were
 * published are put in their place again, and what others put beside them stays.
 *
 * @param store the pack store's absolute path
 * @param staged a directory on the same file system that holds exactly this version
 * @param groupId the numeric group that published files get; null leaves it
 * @returns published files that were not as they were published, relative to the pack
 */
export async function publishVersion(
  store: string,
  staged: string,
  version: Version,
  groupId: number | null,
): Promise<readonly string[]> {
  const directory = join(store, versionPath(version.ref, version.version, version.digest));
  const found = await lstat(directory).catch(() => null);
  await setModes(staged, groupId);
  const { files } = await listPackFiles(staged);
  const paths = files.map(({ path }) => path);
  if (found?.isDirectory()) {
    const mended = await mendVersion(directory, staged, paths);
    await writeNote(store, directory, paths);
    return mended;
  }
  await makeDirectories(dirname(directory));
  if (found !== null) await rename(directory, await freeName(`${directory}.changed`));
  await writeNote(store, directory, paths, staged);
  await rename(staged, directory);
  return [];
}

/** True where the version's directory is there and holds exactly what was published: it may be switched to as it is. */
export async function isPublished(store: string, version: Version): Promise<boolean> {
  const directory = join(store, versionPath(version.ref, version.version, version.digest));
  const found = await lstat(directory).catch(() => null);
  return found?.isDirectory() === true && isSound(directory, version.digest);
}
