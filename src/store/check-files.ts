import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { isEnvironmentLink } from '../environments/paths.ts';
import { framed } from '../packs/checksum.ts';
import { hashFiles } from '../packs/files/hash-files.ts';
import { listPackFiles } from '../packs/files/list-files.ts';
import { versionPath } from './paths.ts';
import { readNoteSync, type VersionNote, writeNote } from './version-note.ts';
import { type Walked, walkVersion } from './walk-version.ts';

/** A published file that is not as it was published. */
export interface FileDrift {
  /** Relative to the pack; of a directory with a slash at its end. */
  readonly path: string;
  /** `missing`, `changed`, `a link`, `a directory`, `no file`, `unreadable (EACCES)`, `mode 0600`. */
  readonly found: string;
  /** `published`, or of a mode the one it was published with: `mode 0644`. */
  readonly published: string;
}

export interface CheckedFiles {
  readonly drift: readonly FileDrift[];
  /** What others put into the directory, relative to the pack. */
  readonly foreign: readonly string[];
}

interface Version {
  readonly ref: string;
  readonly version: string;
  readonly digest: string;
}

export interface CheckOptions {
  /** Directories that were found as published, with nothing else in them, no longer ago than this are taken for it; 0: none is. */
  readonly recentMs: number;
  /** Looked at all the same. */
  readonly anyway: ReadonlySet<string>;
}

const everyTime: CheckOptions = { recentMs: 0, anyway: new Set() };

/** How long the event loop waits at most, in milliseconds. */
const sliceMs = 5;

/** By store and directory: when what was checked last was found as published, with nothing else in it, by `performance.now`. */
const foundAsPublished = new Map<string, ReadonlyMap<string, number>>();

/** Directories that were read because they did not look as noted: what they looked like, and whether they are sound. */
const verified = new Map<string, { readonly fingerprint: string; readonly isSound: boolean }>();

/**
 * Compares the directories of installed versions with what was published in them, by looks. Only where those differ the
 * files are read, once as long as they look the same: a store that was copied has not drifted.
 *
 * @param versions whose directory exists
 * @returns by ref
 */
export async function checkFiles(
  store: string,
  versions: readonly Version[],
  { recentMs, anyway }: CheckOptions = everyTime,
): Promise<ReadonlyMap<string, CheckedFiles>> {
  const checked = new Map<string, CheckedFiles>();
  const before = foundAsPublished.get(store);
  const found = new Map<string, number>();
  const recently = performance.now() - recentMs;
  let sliceEnd = performance.now() + sliceMs;
  for (const version of versions) {
    const directory = directoryOf(store, version);
    const foundAt = before?.get(directory);
    if (foundAt !== undefined && foundAt > recently && !anyway.has(version.ref)) {
      checked.set(version.ref, asPublished);
      found.set(directory, foundAt);
      continue;
    }
    const files = await checkDirectory(directory, version.digest);
    checked.set(version.ref, files);
    if (files.drift.length + files.foreign.length === 0) found.set(directory, performance.now());
    if (performance.now() < sliceEnd) continue;
    await setImmediate();
    sliceEnd = performance.now() + sliceMs;
  }
  foundAsPublished.set(store, found);
  return checked;
}

/** True where the directory holds exactly what was published, whatever others put beside it. */
export async function isSound(directory: string, digest: string): Promise<boolean> {
  return (await checkDirectory(directory, digest)).drift.length === 0;
}

/** Notes anew how the files of versions look that were read and found sound, so that nobody reads them again. */
export async function renewNotes(store: string, versions: readonly Version[]): Promise<void> {
  for (const version of versions) {
    const directory = directoryOf(store, version);
    if (verified.get(directory)?.isSound !== true) continue;
    const note = readNoteSync(directory);
    if (note === null) continue;
    const { fingerprint, gone } = walkVersion(directory, note);
    if (gone.length > 0 || fingerprint === '' || fingerprint !== verified.get(directory)?.fingerprint) continue;
    await writeNote(store, directory, [...note.keys()]);
    verified.delete(directory);
  }
}

function directoryOf(store: string, { ref, version, digest }: Version): string {
  return join(store, versionPath(ref, version, digest));
}

/** What one directory of a version holds beside, or in place of, what was published in it. */
export async function checkDirectory(directory: string, digest: string): Promise<CheckedFiles> {
  try {
    const note = readNoteSync(directory);
    if (note === null) return await checkUnnoted(directory, digest);
    const walked = walkVersion(directory, note);
    return { drift: await findDrift(directory, digest, note, walked), foreign: walked.foreign };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    return { drift: [{ path: '.', found: `unreadable (${code})`, published }], foreign: [] };
  }
}

const published = 'as published';
const asPublished: CheckedFiles = { drift: [], foreign: [] };

/** Without a note nothing is known of a directory but the digest of all its files. */
async function checkUnnoted(directory: string, digest: string): Promise<CheckedFiles> {
  const known = verified.get(directory);
  const isSame = known?.fingerprint === unnoted ? known.isSound : await hasDigest(directory, digest);
  verified.set(directory, { fingerprint: unnoted, isSound: isSame });
  return { drift: isSame ? [] : [{ path: '.', found: 'changed', published }], foreign: [] };
}

const unnoted = 'without a note';

/** Links to environments are ours, and no part of what was published. */
async function hasDigest(directory: string, digest: string): Promise<boolean> {
  const { files, problems } = await listPackFiles(directory);
  const others = problems.filter(({ where }) => !isEnvironmentLink(join(directory, where?.file ?? '')));
  if (others.length > 0) return false;
  const hashed = await hashFiles(directory, files, framed);
  return hashed.problems.length === 0 && hashed.digest === digest;
}

async function findDrift(
  directory: string,
  digest: string,
  note: VersionNote,
  walked: Walked,
): Promise<readonly FileDrift[]> {
  const { gone, edited, moved } = walked;
  const isSuspect = edited.length + moved.length > 0;
  const isChanged = isSuspect && (gone.length > 0 || !(await holdsPublished(directory, digest, note, walked)));
  // Where something was edited, files that only look copied are taken for what they were.
  const changed = !isChanged ? [] : edited.length > 0 || gone.length > 0 ? edited : moved;
  return [
    ...gone.map(({ path, found }) => ({ path, found: String(found), published })),
    ...changed.map((path) => ({ path, found: 'changed', published })),
    ...walked.modes.map(({ path, mode, published: bits }) => ({
      path: path === '' ? './' : path,
      found: modeText(mode),
      published: modeText(bits),
    })),
  ].sort((one, other) => (one.path < other.path ? -1 : 1));
}

async function holdsPublished(
  directory: string,
  digest: string,
  note: VersionNote,
  { fingerprint }: Walked,
): Promise<boolean> {
  const known = verified.get(directory);
  if (known?.fingerprint === fingerprint) return known.isSound;
  const files = [...note.keys()].map((path) => ({ path }));
  const hashed = await hashFiles(directory, files, framed);
  const isSame = hashed.problems.length === 0 && hashed.digest === digest;
  verified.set(directory, { fingerprint, isSound: isSame });
  return isSame;
}

function modeText(mode: number): string {
  return `mode 0${mode.toString(8).padStart(3, '0')}`;
}
