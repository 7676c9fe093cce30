import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import PQueue from 'p-queue';
import { runGit } from '../support/run-program.ts';
import { type PackFiles, type PackShape, packFiles, runtimeFiles } from './pack-files.ts';

export interface FleetRemote {
  /** The pack's ref. */
  readonly ref: string;
  readonly url: string;
}

/** Packs in git remotes of their own, and a directory of documents that names them. */
export interface RemoteFleet {
  readonly remotes: readonly FleetRemote[];
  /** The directory of documents. */
  readonly desired: string;
}

/**
 * Makes `count` packs in as many bare repositories below `directory`; the first, `core`, has the runtimes.
 *
 * @param more further files of a pack, or others in the place of its usual ones
 */
export async function makeFleet(
  directory: string,
  count: number,
  shape?: PackShape,
  more: (ref: string) => PackFiles = () => ({}),
): Promise<RemoteFleet> {
  const desired = join(directory, 'desired');
  await mkdir(desired, { recursive: true });
  const queue = new PQueue({ concurrency: 4 });
  const remotes = await queue.addAll(
    fleetRefs(count).map((ref) => async () => {
      const url = await makeRemote(join(directory, 'remotes', `${ref}.git`), {
        ...fleetFiles(ref, shape),
        ...more(ref),
      });
      await writeFile(join(desired, `${ref}.yaml`), gitDocument(ref, url));
      return { ref, url };
    }),
  );
  return { remotes, desired };
}

/**
 * Makes the same packs as directories of one bare repository, so that asking and fetching hardly count.
 * @returns the directory of documents
 */
export async function makeSharedFleet(directory: string, count: number, shape: PackShape): Promise<string> {
  const desired = join(directory, 'desired');
  await mkdir(desired, { recursive: true });
  const refs = fleetRefs(count);
  const files = refs.flatMap((ref) =>
    Object.entries(fleetFiles(ref, shape)).map(([path, text]) => [`packs/${ref}/${path}`, text] as const),
  );
  const url = await makeRemote(join(directory, 'packs.git'), Object.fromEntries(files));
  for (const ref of refs) await writeFile(join(desired, `${ref}.yaml`), gitDocument(ref, url, `packs/${ref}`));
  return desired;
}

function fleetRefs(count: number): readonly string[] {
  return Array.from({ length: count }, (_, n) => (n === 0 ? 'core' : `pack_${String(n).padStart(4, '0')}`));
}

function fleetFiles(ref: string, shape?: PackShape): PackFiles {
  return ref === 'core' ? { ...packFiles(ref, shape), ...runtimeFiles } : packFiles(ref, shape);
}

/** Writes a pack into a plain directory. */
export async function writePackDirectory(directory: string, files: PackFiles): Promise<void> {
  const folders = new Set(Object.keys(files).map((path) => join(directory, path, '..')));
  for (const folder of folders) await mkdir(folder, { recursive: true });
  const queue = new PQueue({ concurrency: 32 });
  const write = ([path, text]: [string, string]) => writeFile(join(directory, path), text, { mode: modeOf(path) });
  await queue.addAll(Object.entries(files).map((file) => () => write(file)));
}

/** @returns the URL of a new bare repository with one commit on `main`, in one pack file as servers keep it */
async function makeRemote(path: string, files: PackFiles): Promise<string> {
  await mkdir(path, { recursive: true });
  await runGit(['init', '-q', '--bare', '--template=', '-b', 'main', path]);
  const url = `file://${path}`;
  await importFiles(url, importStream(files));
  return url;
}

/** Adds a commit to each of the remotes, four at a time. */
export async function commitToAll({ remotes }: RemoteFleet, filesOf: (ref: string) => PackFiles): Promise<void> {
  const queue = new PQueue({ concurrency: 4 });
  await queue.addAll(
    remotes.map(
      ({ ref, url }) =>
        () =>
          commitFiles(url, filesOf(ref)),
    ),
  );
}

/** Adds a commit to `main` of a repository that `makeFleet` made. */
export function commitFiles(url: string, files: PackFiles): Promise<void> {
  return importFiles(url, importStream(files, 'from refs/heads/main^0\n'));
}

async function importFiles(url: string, input: string): Promise<void> {
  await runGit(['-c', 'fastimport.unpackLimit=1', '-C', fileURLToPath(url), 'fast-import', '--quiet'], { input });
}

function importStream(files: PackFiles, parent = ''): string {
  const blobs = Object.entries(files).map(
    ([path, text]) => `M ${modeOf(path) === 0o755 ? '100755' : '100644'} inline ${path}\n${data(text)}`,
  );
  const author = 'Ada Author <ada@example.com> 1767225600 +0000';
  return `commit refs/heads/main\ncommitter ${author}\n${data('Change\n')}${parent}${blobs.join('')}\n`;
}

function data(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}\n`;
}

function modeOf(path: string): number {
  return path.endsWith('.sh') ? 0o755 : 0o644;
}

function gitDocument(ref: string, url: string, path = '.'): string {
  return `kind: Pack\nref: ${ref}\nsource:\n  git:\n    url: ${url}\n    branch: main\n    path: ${path}\n`;
}
