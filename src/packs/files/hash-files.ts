import { createHash, type Hash } from 'node:crypto';
import { type Problem, problem } from '../../errors.ts';
import type { PackFile } from './list-files.ts';
import { type FileFault, type OpenFile, readFiles } from './read-files.ts';

/** What goes into the hash before the content of a file; `size` in bytes. */
export type Frame = (hash: Hash, path: string, size: number) => void;

export interface HashedFiles {
  /** SHA-256, 64 lower-case hex; of no use where a file could not be read. */
  readonly digest: string;
  readonly problems: readonly Problem[];
}

export interface HashOptions {
  /** Given what is hashed of the files it wants: of those up to 1 MiB, and of 64 MiB together. */
  readonly reader?: FileReader;
  /** Given each file before it is read, and then what is hashed of it. What it throws is thrown. */
  readonly copy?: (file: OpenFile) => FileCopy;
}

export interface FileReader {
  wants(path: string): boolean;
  /** @param content all of the file; good until this returns */
  read(path: string, content: Buffer): void;
}

/** Where the bytes of a file go besides. */
export interface FileCopy {
  write(chunk: Buffer): void;
  /** Called in the end, however it came. */
  close(): void;
}

const noBytes = Buffer.alloc(0);
/** Larger files are not given to a reader. */
const smallBytes = 1024 * 1024;
/** Of all files that are read together, bytes; real packs are far below, and memory has an end. */
const mostRead = 64 * 1024 * 1024;

/** Hashes listed files in their order. Never throws by itself. */
export async function hashFiles(
  directory: string,
  files: readonly PackFile[],
  frame: Frame,
  { reader, copy }: HashOptions = {},
): Promise<HashedFiles> {
  const hash = createHash('sha256');
  let bytesRead = 0;
  const faults = await readFiles(directory, files, async (file) => {
    const target = copy?.(file);
    let content: Buffer = noBytes;
    try {
      frame(hash, file.path, file.size);
      await file.read((chunk) => {
        hash.update(chunk);
        target?.write(chunk);
        content = chunk;
      });
    } finally {
      target?.close();
    }
    if (file.size > smallBytes || reader?.wants(file.path) !== true) return;
    bytesRead += file.size;
    if (bytesRead <= mostRead) reader.read(file.path, content);
  });
  const problems = faults.map(describeFault);
  return { digest: hash.digest('hex'), problems: bytesRead > mostRead ? [...problems, tooMuch()] : problems };
}

function describeFault({ path, isChanged, code }: FileFault): Problem {
  const where = { file: path };
  return isChanged
    ? problem('error', 'pack-file-changed', `${path} changed while it was read.`, { hint: 'Try again.', where })
    : problem('error', 'pack-unreadable', `${path} cannot be read (${code}).`, { where });
}

/** Of files that are more than a reader is given. */
export const tooMuchCode = 'pack-too-large';

function tooMuch(): Problem {
  const message = `The YAML files of this pack are larger than ${mostRead / 1024 / 1024} MiB together.`;
  return problem('error', tooMuchCode, message, { hint: 'Keep data in other files than YAML.' });
}
