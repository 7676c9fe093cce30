import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import type { PackFile } from './list-files.ts';
import { createRest, type Rest } from './rest.ts';

/** A file that was listed, open to be read once. */
export interface OpenFile {
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  /** Its owner may run it. */
  readonly isExecutable: boolean;
  /** Reads all `size` bytes in their order, once. A chunk is good until the next comes; up to 1 MiB there is only one. */
  read(use: (chunk: Buffer) => void): Promise<void>;
}

/** Why a listed file could not be read. */
export interface FileFault {
  readonly path: string;
  /** It is not what was listed any more, or shorter than it was when it was opened. */
  readonly isChanged: boolean;
  /** Of the system; for people. */
  readonly code: string;
}

const chunkBytes = 1024 * 1024;
/** A link or a fifo put where a file was listed is neither followed nor waited for. */
const openFlags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * Opens listed files one after the other. With calls that wait for the disk: a pack is thousands of small files, and
 * handing a call to another thread and back costs several times the call. Others get their turn in between.
 *
 * @param take what it throws is thrown
 * @returns the files that could not be read
 */
export async function readFiles(
  directory: string,
  files: readonly PackFile[],
  take: (file: OpenFile) => Promise<void>,
): Promise<readonly FileFault[]> {
  const faults: FileFault[] = [];
  const chunk = Buffer.allocUnsafe(chunkBytes);
  const rest = createRest();
  for (const { path } of files) {
    const pause = rest();
    if (pause !== undefined) await pause;
    try {
      await readFile(directory, path, chunk, rest, take);
    } catch (error) {
      if (!(error instanceof UnreadableFile)) throw error;
      faults.push({ path, isChanged: changed.has(error.code), code: error.code });
    }
  }
  return faults;
}

/** Codes of a file that is not what was listed any more; the first is our own. */
const changed: ReadonlySet<string> = new Set(['ECHANGED', 'ENOENT', 'ELOOP', 'ENOTDIR', 'ENXIO']);

class UnreadableFile extends Error {
  readonly code: string;
  constructor(code: string) {
    super('The file cannot be read.');
    this.code = code;
  }
}

async function readFile(
  directory: string,
  path: string,
  chunk: Buffer,
  rest: Rest,
  take: (file: OpenFile) => Promise<void>,
): Promise<void> {
  const descriptor = attempt(() => openSync(`${directory}/${path}`, openFlags));
  try {
    const stat = attempt(() => fstatSync(descriptor));
    if (!stat.isFile()) throw new UnreadableFile('ECHANGED');
    const { size, mode } = stat;
    const read: OpenFile['read'] = (use) => readChunks(descriptor, size, { chunk, rest, use });
    await take({ path, size, isExecutable: (mode & 0o100) !== 0, read });
  } finally {
    closeSync(descriptor);
  }
}

async function readChunks(
  descriptor: number,
  size: number,
  { chunk, rest, use }: { readonly chunk: Buffer; readonly rest: Rest; readonly use: (chunk: Buffer) => void },
): Promise<void> {
  for (let left = size; left > 0; ) {
    const wanted = Math.min(left, chunk.length);
    let read = 0;
    while (read < wanted) {
      const more = attempt(() => readSync(descriptor, chunk, read, wanted - read, size - left + read));
      if (more === 0) throw new UnreadableFile('ECHANGED');
      read += more;
    }
    left -= read;
    use(chunk.subarray(0, read));
    if (left > 0) await rest();
  }
}

function attempt<T>(call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw new UnreadableFile((error as NodeJS.ErrnoException).code ?? 'unknown');
  }
}
