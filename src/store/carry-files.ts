import type { Dirent } from 'node:fs';
import { chmod, copyFile, lchown, lstat, readdir, readlink, rename, rm, symlink } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { isEnvironmentLink } from '../environments/paths.ts';
import { listPackFiles } from '../packs/files/list-files.ts';
import { type CurrentFiles, findCurrent } from './find-current.ts';
import { makeDirectories } from './make-directories.ts';
import { versionPath } from './paths.ts';
import { setAsideOlder } from './set-aside-older.ts';
import { readNote, readPublished, writeNote } from './version-note.ts';

interface Version {
  readonly ref: string;
  readonly version: string;
  readonly digest: string;
  /** The version that Attune's row has now; null where there is none. */
  readonly installed: string | null;
  /** Where the files of a pack that returns were, relative to the store; looked at where nothing stands in its place. */
  readonly last?: string | null;
  /** Names below the pack that lead to environments built for this version: what stood there was one, too. */
  readonly environments?: readonly string[];
}

/** Nobody's work: what git keeps, and what Python makes anew. */
const passedOver = new Set(['.git', '__pycache__']);

/**
 * Copies what others put into the directory of a pack (native binaries that are shipped outside its source, notes,
 * installed modules) to the version that takes its place, where that has no such path. Of a directory that another
 * installer made that is everything.
 *
 * @param version published, not yet linked to
 * @param groupId the numeric group that the copies get; null leaves it
 * @returns the paths that were copied, relative to the pack
 */
export async function carryFiles(store: string, version: Version, groupId: number | null): Promise<readonly string[]> {
  const target = join(store, versionPath(version.ref, version.version, version.digest));
  await noteFiles(store, target);
  const current = (await findCurrent(store, version.ref, version.installed)) ?? (await findLast(store, version));
  if (current === null || current.directory === target) return [];
  // Without a note, a removed file of an older version would pass for somebody's.
  const published = current.isOurs ? await readPublished(current.directory) : new Set<string>();
  if (published === null) return [];
  const carried: string[] = [];
  const own = current.isOurs ? null : await readPublished(target);
  const built = new Set(version.environments);
  for (const path of await listAll(current.directory)) {
    if (published.has(path) || built.has(path.split(sep)[0] ?? '')) continue;
    if (own?.has(path) === false) await setAsideOlder(join(current.directory, path), target, path);
    if (await carry(join(current.directory, path), join(target, path), groupId)) carried.push(path);
  }
  return carried;
}

async function findLast(store: string, { ref, last }: Version): Promise<CurrentFiles | null> {
  if (last == null || (await exists(join(store, ref)))) return null;
  const directory = join(store, last);
  return (await exists(directory)) ? { directory, isOurs: true } : null;
}

/** Of a version whose note was lost: what is in it now counts as published, unless somebody can have put something there. */
async function noteFiles(store: string, directory: string): Promise<void> {
  if ((await readNote(directory)) !== null) return;
  const { files } = await listPackFiles(directory);
  await writeNote(
    store,
    directory,
    files.map(({ path }) => path),
  );
}

/** Files and links below a directory, in a fixed order. */
async function listAll(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() || (entry.isSymbolicLink() && !isEnvironmentLink(pathOf(entry))))
    .map((entry) => relative(directory, pathOf(entry)))
    .filter((path) => !path.split(sep).some((part) => passedOver.has(part)))
    .sort();
}

function pathOf(entry: Dirent): string {
  return join(entry.parentPath, entry.name);
}

/** Whole or not at all. @returns false where the target has that path, or a file where a directory would be */
async function carry(source: string, target: string, groupId: number | null): Promise<boolean> {
  if (await exists(target)) return false;
  const draft = `${target}.carried`;
  try {
    await makeDirectories(dirname(target));
    const found = await lstat(source);
    await rm(draft, { force: true });
    if (found.isSymbolicLink()) await symlink(await readlink(source), draft);
    else {
      await copyFile(source, draft);
      await chmod(draft, (found.mode & 0o100) === 0 ? 0o644 : 0o755);
    }
    if (groupId !== null) await lchown(draft, found.uid, groupId);
    await rename(draft, target);
    return true;
  } catch (error) {
    if (isCode(error, 'ENOTDIR', 'EEXIST', 'disk-not-a-directory')) return false;
    throw error;
  }
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    (error: unknown) => {
      if (isCode(error, 'ENOENT', 'ENOTDIR')) return false;
      throw error;
    },
  );
}

function isCode(error: unknown, ...codes: readonly string[]): boolean {
  return codes.includes(String((error as NodeJS.ErrnoException).code));
}
