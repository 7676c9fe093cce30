import { cp, lstat, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Problem, problem, SyncError } from '../../errors.ts';
import { checksumDirectory } from '../../packs/checksum.ts';
import type { ExportedFile } from './exported-pack.ts';

/** A directory to be written, relative to the directory of the export. */
export interface ExportedDirectory {
  readonly path: string;
  /** Where its files are now. */
  readonly staged: string;
}

/**
 * Writes the files of an export, each whole or not at all; what is there already and the same is not touched.
 *
 * @param isForced what differs is replaced
 * @returns the paths that were written, relative to `directory`
 * @throws SyncError `export-conflict` with everything that is there and differs; nothing is written then
 */
export async function writeExport(
  directory: string,
  files: readonly ExportedFile[],
  directories: readonly ExportedDirectory[],
  isForced: boolean,
): Promise<readonly string[]> {
  const changed: { path: string; isThere: boolean; write: () => Promise<void> }[] = [];
  for (const { path, text } of files) {
    const there = await readFile(join(directory, path), 'utf8').catch(() => null);
    if (there === text) continue;
    changed.push({
      path,
      isThere: await exists(join(directory, path)),
      write: () => writeText(join(directory, path), text),
    });
  }
  for (const { path, staged } of directories) {
    const target = join(directory, path);
    const isThere = await exists(target);
    if (isThere && (await digestOf(target)) === (await digestOf(staged))) continue;
    changed.push({ path, isThere, write: () => writeDirectory(target, staged) });
  }
  const conflicts = changed.filter(({ isThere }) => isThere);
  if (conflicts.length > 0 && !isForced)
    throw refuse(
      directory,
      conflicts.map(({ path }) => path),
    );
  for (const { write } of changed) await write();
  return changed.map(({ path }) => path);
}

function refuse(directory: string, paths: readonly string[]): SyncError {
  const problems: readonly Problem[] = paths.map((path) =>
    problem('error', 'export-conflict', `${join(directory, path)} is there and differs from what would be written.`, {
      hint: 'Write to another directory, or replace it with --force.',
    }),
  );
  return new SyncError('export-conflict', 'Nothing was written.', { problems });
}

async function writeText(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const draft = `${file}.draft`;
  await writeFile(draft, text);
  await rename(draft, file);
}

async function writeDirectory(target: string, staged: string): Promise<void> {
  await mkdir(dirname(target), { recursive: true });
  const draft = `${target}.draft`;
  await rm(draft, { recursive: true, force: true });
  await cp(staged, draft, { recursive: true });
  await rm(target, { recursive: true, force: true });
  await rename(draft, target);
}

async function digestOf(directory: string): Promise<string | null> {
  return checksumDirectory(directory).then(
    ({ digest }) => digest,
    () => null,
  );
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
