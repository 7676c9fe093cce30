import { readFileSync, statSync } from 'node:fs';
import { lstat, readdir, readFile, realpath } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { type Problem, problem } from '../errors.ts';

/** The bytes of one YAML file of an entry. */
export interface EntryFile {
  /** Relative to the entry's directory. */
  readonly path: string;
  readonly bytes: Buffer;
}

export interface EntryFiles {
  /** By path. */
  readonly files: readonly EntryFile[];
  /** An error here means that something was not read: then nothing follows from a document's absence. */
  readonly problems: readonly Problem[];
}

const mostFiles = 10_000;
const mostBytes = 16 * 1024 * 1024;

/** True for what is read of an entry: YAML files that are not below a directory whose name begins with a dot. */
export function isEntryFile(path: string): boolean {
  const parts = path.split('/');
  const name = parts.pop() ?? '';
  return /\.ya?ml$/.test(name) && !name.startsWith('.') && parts.every((part) => !part.startsWith('.'));
}

/** True, too, for a file that only its ending in capitals keeps from being read. */
export function looksLikeEntryFile(path: string): boolean {
  return isEntryFile(path.replace(/\.ya?ml$/i, (ending) => ending.toLowerCase()));
}

/** A warning of each file that only looks like a document: its ending is not in lower case. `locate` names its place. */
export function warnOfEndings(paths: readonly string[], locate: (path: string) => string): Problem[] {
  const shouted = paths.filter((path) => !isEntryFile(path) && looksLikeEntryFile(path));
  return shouted.map((path) => {
    const message = 'This file is left out: the name must end in .yaml or .yml.';
    return problem('warning', 'unknown-file', message, { hint: 'Rename it.', where: { file: locate(path) } });
  });
}

/**
 * Reads every YAML file below a directory. Links are followed, as in what Kubernetes mounts, each directory once.
 * Never throws for what the disk holds.
 */
export async function readEntryDirectory(directory: string): Promise<EntryFiles> {
  const reading: Reading = { root: directory, files: [], problems: [], seen: new Set(), bytes: 0 };
  const before = await findGitLock(directory);
  await readBelow('', reading);
  // Before and after: what was read while git began or ended is neither the old state nor the new one.
  const lock = before ?? (await findGitLock(directory));
  if (lock !== null) {
    const message = 'git is changing this directory now, or was stopped while it did: no absence is believed';
    reading.problems.push(
      problem('warning', 'entry-changing', message, {
        hint: 'If no git runs, delete this file.',
        where: { file: lock },
      }),
    );
  }
  return { files: reading.files, problems: reading.problems };
}

interface Reading {
  readonly root: string;
  readonly files: EntryFile[];
  readonly problems: Problem[];
  /** Real paths of the directories read, against links that go round. */
  readonly seen: Set<string>;
  bytes: number;
}

async function readBelow(inside: string, reading: Reading): Promise<void> {
  const directory = join(reading.root, inside);
  try {
    const real = await realpath(directory);
    if (reading.seen.has(real)) return;
    reading.seen.add(real);
    for (const name of (await readdir(directory)).sort()) {
      if (!name.startsWith('.')) await readOne(inside === '' ? name : `${inside}/${name}`, reading);
    }
  } catch (error) {
    reading.problems.push(unreadable(directory, error));
  }
}

async function readOne(path: string, reading: Reading): Promise<void> {
  const file = join(reading.root, path);
  try {
    // Documents are small and many: waiting for each takes several times as long as reading it.
    const found = statSync(file);
    if (found.isDirectory()) return await readBelow(path, reading);
    if (!found.isFile()) return;
    reading.problems.push(...warnOfEndings([path], () => file));
    if (!isEntryFile(path)) return;
    reading.bytes += found.size;
    if (reading.files.length >= mostFiles || reading.bytes > mostBytes) {
      if (reading.problems.every(({ code }) => code !== 'entry-too-large'))
        reading.problems.push(tooLarge(reading.root));
      return;
    }
    reading.files.push({ path, bytes: readFileSync(file) });
  } catch (error) {
    // A link that leads nowhere matters only where a document was meant.
    if (isEntryFile(path) || (error as NodeJS.ErrnoException).code !== 'ENOENT') {
      reading.problems.push(unreadable(file, error));
    }
  }
}

/** The lock git holds while it writes the work tree that a directory, or what it leads to, is part of; null where there is none. */
async function findGitLock(directory: string): Promise<string | null> {
  const real = await realpath(directory).catch(() => directory);
  return (await findLockAbove(directory)) ?? (real === directory ? null : findLockAbove(real));
}

async function findLockAbove(directory: string): Promise<string | null> {
  for (let at = directory; ; at = dirname(at)) {
    const found = await lstat(join(at, '.git')).catch(() => null);
    if (found !== null) {
      const lock = join(await gitDirectory(join(at, '.git')), 'index.lock');
      return (await lstat(lock).catch(() => null)) === null ? null : lock;
    }
    if (dirname(at) === at) return null;
  }
}

/** In a linked work tree and in a submodule `.git` is a file that names the directory. */
async function gitDirectory(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const [, named] = /^gitdir: (.+)$/m.exec(text) ?? [];
  return named === undefined ? path : resolve(dirname(path), named);
}

function unreadable(file: string, error: unknown): Problem {
  const { code = 'unknown' } = error as NodeJS.ErrnoException;
  const isMissing = code === 'ENOENT' || code === 'ENOTDIR';
  const message = isMissing ? 'There is no such file or directory' : `This cannot be read (${code})`;
  const hint = isMissing
    ? 'Check desiredState in the configuration.'
    : 'Give the user that runs this the right to read it.';
  return problem('error', 'entry-unreadable', message, { hint, where: { file } });
}

function tooLarge(directory: string): Problem {
  const message = `This holds more than ${mostFiles} YAML files, or more than ${mostBytes / 2 ** 20} MiB of them`;
  return problem('error', 'entry-too-large', message, {
    hint: 'Name the directory that holds only documents.',
    where: { file: directory },
  });
}
