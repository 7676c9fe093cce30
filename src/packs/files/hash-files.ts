import { createHash, type Hash } from 'node:crypto';
import { close, constants, fstat, open, read } from 'node:fs';
import { promisify } from 'node:util';
import { type Problem, problem } from '../../errors.ts';
import type { PackFile } from './list-files.ts';

/** Plain descriptors: a FileHandle for each of thousands of small files costs twice the time. */
const file = { open: promisify(open), stat: promisify(fstat), read: promisify(read), close: promisify(close) };

/** What goes into the hash before the content of a file; `size` in bytes. */
export type Frame = (hash: Hash, path: string, size: number) => void;

export interface HashedFiles {
  /** SHA-256, 64 lower-case hex; of no use where there are problems, and empty where hashing was given up. */
  readonly digest: string;
  /** The bytes that were hashed, of the files asked for. */
  readonly kept: ReadonlyMap<string, Buffer>;
  readonly problems: readonly Problem[];
}

/** Larger files are streamed. */
const smallBytes = 1024 * 1024;
/** Of all files that are kept together, bytes; real packs are far below, and memory has an end. */
const mostKept = 64 * 1024 * 1024;
/** How many files are read at once: it bounds open files, and memory to as many MiB. */
const atOnce = 32;
/** Code of our own error for a file that is no longer what was listed. */
const changed = 'ECHANGED';
/** A link or a fifo put where a file was listed is neither followed nor waited for. */
const openFlags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * Hashes listed files in their order. `keep` names the files whose bytes are wanted too, so that they are
 * read once and are exactly what the digest stands for; files over 1 MiB are never kept. Never throws.
 */
export async function hashFiles(
  directory: string,
  files: readonly PackFile[],
  frame: Frame,
  keep: (path: string) => boolean = () => false,
): Promise<HashedFiles> {
  const hash = createHash('sha256');
  const kept = new Map<string, Buffer>();
  let keptBytes = 0;
  const problems: Problem[] = [];
  for (let first = 0; first < files.length; first += atOnce) {
    const batch = files.slice(first, first + atOnce);
    const contents = await Promise.all(
      batch.map(({ path }) => guard(path, problems, () => readSmall(directory, path))),
    );
    for (const [index, { path }] of batch.entries()) {
      const content = contents[index];
      if (content === 'large') await guard(path, problems, () => hashLarge(directory, path, hash, frame));
      else if (content !== undefined) {
        frame(hash, path, content.length);
        hash.update(content);
        if (keep(path)) {
          kept.set(path, content);
          keptBytes += content.length;
        }
        if (keptBytes > mostKept) return { digest: '', kept: new Map(), problems: [...problems, tooMuch()] };
      }
    }
  }
  return { digest: hash.digest('hex'), kept, problems };
}

async function guard<T>(path: string, problems: Problem[], read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === undefined) throw error;
    const where = { file: path };
    const isChanged = code === changed || code === 'ENOENT' || code === 'ELOOP';
    problems.push(
      isChanged
        ? problem('error', 'pack-file-changed', `${path} changed while it was read.`, { hint: 'Try again.', where })
        : problem('error', 'pack-unreadable', `${path} cannot be read (${code}).`, { where }),
    );
    return undefined;
  }
}

async function readSmall(directory: string, path: string): Promise<Buffer | 'large'> {
  return withFile(directory, path, async (descriptor, size) => {
    if (size > smallBytes) return 'large';
    const content = Buffer.allocUnsafe(size);
    const { bytesRead } = await file.read(descriptor, content, 0, size, 0);
    if (bytesRead !== size) throw changedError();
    return content;
  });
}

async function hashLarge(directory: string, path: string, hash: Hash, frame: Frame): Promise<void> {
  await withFile(directory, path, async (descriptor, size) => {
    frame(hash, path, size);
    let left = size;
    const chunk = Buffer.allocUnsafe(smallBytes);
    while (left > 0) {
      const { bytesRead } = await file.read(descriptor, chunk, 0, Math.min(left, chunk.length), size - left);
      if (bytesRead === 0) throw changedError();
      hash.update(chunk.subarray(0, bytesRead));
      left -= bytesRead;
    }
  });
}

async function withFile<T>(
  directory: string,
  path: string,
  use: (descriptor: number, size: number) => Promise<T>,
): Promise<T> {
  const descriptor = await file.open(`${directory}/${path}`, openFlags);
  try {
    const stat = await file.stat(descriptor);
    if (!stat.isFile()) throw changedError();
    return await use(descriptor, stat.size);
  } finally {
    await file.close(descriptor);
  }
}

function changedError(): Error {
  return Object.assign(new Error('The file is not what it was.'), { code: changed });
}

function tooMuch(): Problem {
  const message = `The YAML files of this pack are larger than ${mostKept / 1024 / 1024} MiB together.`;
  return problem('error', 'pack-too-large', message, { hint: 'Keep data in other files than YAML.' });
}
