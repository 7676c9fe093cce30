import { randomUUID } from 'node:crypto';
import { lstatSync, readFileSync, type Stats } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeDirectories } from './make-directories.ts';
import { stagingDirectory } from './paths.ts';

/** What a published file looked like: while it looks the same it is the same, and need not be read. */
export interface Stamp {
  readonly size: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  readonly ino: number;
  /** Permission bits. */
  readonly mode: number;
}

/** The files that were published in the directory of a version, in the order of its checksum: what else is there came from others. */
export type VersionNote = ReadonlyMap<string, Stamp | null>;

/** Beside the directory, so that nothing but the pack is in it. */
export function notePath(directory: string): string {
  return `${directory}.files`;
}

/**
 * Notes the files of a version and how they look. To be called before anybody can have put something there. Written in
 * staging first, where what a killed run leaves is swept.
 *
 * @param place where the files are now, when that is not yet `directory`
 */
export async function writeNote(
  store: string,
  directory: string,
  paths: readonly string[],
  place = directory,
): Promise<void> {
  const entries = paths.map((path) => [path, ...valuesOf(stampOf(lstatSync(join(place, path))))]);
  const draft = join(store, stagingDirectory, `note-${randomUUID()}`);
  const write = () => writeFile(draft, `${JSON.stringify(entries)}\n`, { mode: 0o644 });
  // Of a store that was copied, staging was mostly left out.
  await write().catch(async () => {
    await makeDirectories(dirname(draft));
    await write();
  });
  await rename(draft, notePath(directory));
}

/** Null where there is none that can be read. */
export async function readNote(directory: string): Promise<VersionNote | null> {
  return readFile(notePath(directory), 'utf8').then(parseNote, () => null);
}

/** The same without waiting: a promise for each of hundreds of versions costs more than the reading. */
export function readNoteSync(directory: string): VersionNote | null {
  try {
    return parseNote(readFileSync(notePath(directory), 'utf8'));
  } catch {
    return null;
  }
}

export function stampOf({ size, mtimeMs, ctimeMs, ino, mode }: Stats): Stamp {
  return { size, mtimeMs, ctimeMs, ino, mode: mode & 0o777 };
}

function valuesOf({ size, mtimeMs, ctimeMs, ino, mode }: Stamp): readonly number[] {
  return [size, mtimeMs, ctimeMs, ino, mode];
}

/** Older notes hold the paths alone. */
function parseNote(text: string): VersionNote | null {
  try {
    const entries: unknown = JSON.parse(text);
    if (!Array.isArray(entries)) return null;
    return new Map(entries.map((entry) => (typeof entry === 'string' ? [entry, null] : parseEntry(entry))));
  } catch {
    return null;
  }
}

function parseEntry(entry: readonly unknown[]): [string, Stamp] {
  const [path, ...values] = entry;
  const [size, mtimeMs, ctimeMs, ino, mode] = values.map(Number);
  if (typeof path !== 'string' || mode === undefined || values.length !== 5) throw new Error('not an entry of a note');
  return [path, { size: size ?? 0, mtimeMs: mtimeMs ?? 0, ctimeMs: ctimeMs ?? 0, ino: ino ?? 0, mode }];
}

/** The paths that were published in a version's directory, relative to it; null where that is not known. */
export async function readPublished(directory: string): Promise<ReadonlySet<string> | null> {
  const note = await readNote(directory);
  return note === null ? null : new Set(note.keys());
}
