import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { chmod, mkdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Problem, problem, SyncError } from '../../errors.ts';
import { type CommitInfo, parseCommit } from './commit-info.ts';
import type { TreeEntry } from './list-tree.ts';
import { type ObjectSink, readObjects } from './read-objects.ts';
import type { Mirror } from './with-mirror.ts';

/**
 * Writes files of a commit, byte by byte as they are in it, into a new directory, with the modes 0755 and 0644.
 *
 * @param entries what is written, checked before
 * @returns who made the commit
 * @throws SyncError `git-lfs-pointer`, `git-mirror-damaged`, `git-timeout`, `aborted`; errors of the file system
 */
export async function exportTree(
  mirror: Mirror,
  commit: string,
  entries: readonly TreeEntry[],
  target: string,
): Promise<CommitInfo> {
  await mkdir(target, { recursive: true, mode: 0o755 });
  const directories = [...new Set(entries.flatMap(({ path }) => parents(path)))].sort();
  for (const directory of directories) mkdirSync(join(target, directory), { mode: 0o755 });
  const about = createCollector();
  const files = createFileWriter(entries, target);
  try {
    const ids = [commit, ...entries.map(({ id }) => id)];
    await readObjects(mirror, ids, (index) => (index === 0 ? about : files.open(index - 1)));
  } finally {
    files.close();
  }
  await setModes(entries, directories, target);
  if (files.problems.length > 0) {
    throw new SyncError('git-lfs-pointer', `${mirror.url} keeps files in git LFS`, { problems: files.problems });
  }
  return parseCommit(about.bytes());
}

function createCollector(): ObjectSink & { bytes(): Buffer } {
  const pieces: Buffer[] = [];
  return { write: (piece) => void pieces.push(piece), end() {}, bytes: () => Buffer.concat(pieces) };
}

const pointerStart = 'version https://git-lfs.github.com/spec/v1\n';
/** A pointer has about 130 bytes. */
const mostOfPointer = 200;

/**
 * Writes one file after the other. Without promises, which for files as small as those of packs take longer than the
 * writing itself.
 */
function createFileWriter(
  entries: readonly TreeEntry[],
  target: string,
): { open(index: number): ObjectSink; close(): void; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  let descriptor: number | undefined;
  const close = () => {
    if (descriptor !== undefined) closeSync(descriptor);
    descriptor = undefined;
  };
  return {
    problems,
    close,
    open(index) {
      const entry = entries[index];
      if (entry === undefined) throw new Error('git gave an object that nobody asked for');
      const file = openSync(join(target, entry.path), 'wx', modeOf(entry));
      descriptor = file;
      let start = '';
      return {
        write(piece) {
          start += piece.toString('latin1', 0, pointerStart.length - start.length);
          for (let at = 0; at < piece.length; ) at += writeSync(file, piece, at);
        },
        end() {
          close();
          if (start === pointerStart && entry.bytes < mostOfPointer) problems.push(pointer(entry));
        },
      };
    },
  };
}

function pointer({ path }: TreeEntry): Problem {
  const message = `${JSON.stringify(path)} is a git LFS pointer, not the file itself`;
  return problem('error', 'git-lfs-pointer', message, {
    hint: 'LFS is not fetched: put the file into the repository.',
  });
}

/** The umask takes from what is asked for: where one file came out right, all did. */
async function setModes(entries: readonly TreeEntry[], directories: readonly string[], target: string): Promise<void> {
  const [first] = entries;
  if (first === undefined) return;
  const [file, directory] = await Promise.all([stat(join(target, first.path)), stat(target)]);
  if ((file.mode & 0o777) === modeOf(first) && (directory.mode & 0o777) === 0o755) return;
  for (const name of ['.', ...directories]) await chmod(join(target, name), 0o755);
  for (const entry of entries) await chmod(join(target, entry.path), modeOf(entry));
}

function modeOf({ mode }: TreeEntry): number {
  return mode === '100755' ? 0o755 : 0o644;
}

function parents(path: string): string[] {
  const parent = dirname(path);
  return parent === '.' ? [] : [parent, ...parents(parent)];
}
