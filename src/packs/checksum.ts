import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { SyncError } from '../errors.ts';
import { hashFiles } from './files/hash-files.ts';
import { listPackFiles, type PackFile } from './files/list-files.ts';

const frameMark = Buffer.from('attune-pack-file-v1');

/** The framed form: mark, path length, path, content length; lengths as unsigned 64-bit big-endian. */
export function framed(hash: Hash, path: string, size: number): void {
  const nameBytes = Buffer.byteLength(path);
  const frame = Buffer.allocUnsafe(frameMark.length + 8 + nameBytes + 8);
  frameMark.copy(frame);
  writeLength(frame, nameBytes, frameMark.length);
  frame.write(path, frameMark.length + 8);
  writeLength(frame, size, frameMark.length + 8 + nameBytes);
  hash.update(frame);
}

/**
 * The framed SHA-256 over a pack's directory, 64 lower-case hex, and the files it covers in their order.
 * @throws SyncError with every problem where the directory holds what no pack may hold, or cannot be read
 */
export async function checksumDirectory(directory: string): Promise<{ digest: string; files: readonly PackFile[] }> {
  const { files, problems: unfit } = await listPackFiles(directory);
  const { digest, problems: unread } = await hashFiles(directory, files, framed);
  const problems = [...unfit, ...unread];
  if (problems.length > 0) {
    throw new SyncError('pack-unfit', `${directory} cannot be taken as a pack.`, { problems });
  }
  return { digest, files };
}

/**
 * The unframed SHA-256 that older Attune versions computed: paths and contents without lengths, everything
 * counted (`.git` too), links passed over. Only to tell a person who gives one which form is wanted.
 * @throws SyncError where the directory cannot be read
 */
export async function olderChecksum(directory: string): Promise<string> {
  const { files, problems: unfit } = await listPackFiles(directory, { everything: true });
  const { digest, problems: unread } = await hashFiles(directory, files, (hash, path) => hash.update(path));
  const problems = [...unfit, ...unread];
  if (problems.length > 0) throw new SyncError('pack-unfit', `${directory} cannot be read.`, { problems });
  return digest;
}

/** SHA-256 of a file's bytes, 64 lower-case hex. @throws SyncError where it cannot be read */
export async function checksumFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
    throw new SyncError('file-unreadable', `${path} cannot be read (${code}).`, { cause: error });
  }
  return hash.digest('hex');
}

function writeLength(frame: Buffer, bytes: number, at: number): void {
  frame.writeUInt32BE(Math.floor(bytes / 2 ** 32), at);
  frame.writeUInt32BE(bytes % 2 ** 32, at + 4);
}
