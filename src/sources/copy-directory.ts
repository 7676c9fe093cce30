import { constants } from 'node:fs';
import { chmod, type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { SyncError } from '../errors.ts';
import { listPackFiles, type PackFile } from '../packs/files/list-files.ts';
import { treeLimits } from './git/check-tree.ts';

/** A link or a fifo put where a file was listed is neither followed nor waited for. */
const readFlags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
const chunkBytes = 1024 * 1024;
/** How many files are copied at once: it bounds open files, and memory to as many MiB. */
const atOnce = 16;

/**
 * Copies a pack's directory (without what is named `.git`) to a new one, files as 0755 where their owner may run them,
 * else 0644.
 *
 * @throws SyncError `directory-refused` with every link, device and unfit name; `directory-changing` where a file
 * changes while it is copied; `directory-too-large`
 */
export async function copyDirectory(source: string, target: string): Promise<void> {
  const { files, problems } = await listPackFiles(source);
  if (problems.length > 0)
    throw new SyncError('directory-refused', `${source} cannot be taken as a pack`, { problems });
  if (files.length > treeLimits.files) throw tooLarge(source, `more than ${treeLimits.files} files`);
  const made = new Set<string>();
  await makeDirectory(target, '.', made);
  let total = 0;
  for (let first = 0; first < files.length; first += atOnce) {
    const batch = files.slice(first, first + atOnce);
    for (const { path } of batch) await makeDirectory(target, dirname(path), made);
    total += await copyFiles(source, target, batch);
    if (total > treeLimits.totalBytes) throw tooLarge(source, `more than ${treeLimits.totalBytes / 2 ** 20} MiB`);
  }
}

/** With its parents, and the mode 0755 whatever the umask is. */
async function makeDirectory(target: string, path: string, made: Set<string>): Promise<void> {
  if (made.has(path)) return;
  if (path !== '.') await makeDirectory(target, dirname(path), made);
  await mkdir(join(target, path), { recursive: true });
  await chmod(join(target, path), 0o755);
  made.add(path);
}

/** None is under way any more when it throws. @returns bytes copied */
async function copyFiles(source: string, target: string, files: readonly PackFile[]): Promise<number> {
  const copies = await Promise.allSettled(files.map(({ path }) => copyFile(source, target, path)));
  let total = 0;
  for (const copy of copies) {
    if (copy.status === 'rejected') throw copy.reason;
    total += copy.value;
  }
  return total;
}

/** @returns bytes copied */
async function copyFile(source: string, target: string, path: string): Promise<number> {
  const from = await open(join(source, path), readFlags).catch((error: NodeJS.ErrnoException) => {
    throw failure(source, path, error);
  });
  try {
    const before = await from.stat();
    if (!before.isFile()) throw changing(source, path);
    if (before.size > treeLimits.fileBytes) throw tooLarge(source, `${path} with ${before.size} bytes`);
    const to = await open(join(target, path), 'wx', 0o600);
    try {
      const copied = await copyBytes(from, to, before.size);
      await to.chmod((before.mode & 0o100) === 0 ? 0o644 : 0o755);
      const after = await from.stat();
      if (copied !== before.size || after.size !== before.size || after.mtimeMs !== before.mtimeMs) {
        throw changing(source, path);
      }
      return copied;
    } finally {
      await to.close();
    }
  } finally {
    await from.close();
  }
}

/** Ends where `size` says that the file does; whether it grew meanwhile is the caller's to see. */
async function copyBytes(from: FileHandle, to: FileHandle, size: number): Promise<number> {
  const chunk = Buffer.allocUnsafe(Math.min(chunkBytes, size + 1));
  let copied = 0;
  for (;;) {
    const { bytesRead } = await from.read(chunk, 0, chunk.length, copied);
    await to.write(chunk, 0, bytesRead);
    copied += bytesRead;
    if (bytesRead === 0 || copied >= size) return copied;
  }
}

function failure(source: string, path: string, error: NodeJS.ErrnoException): SyncError {
  if (error.code === 'ENOENT' || error.code === 'ELOOP' || error.code === 'ENOTDIR') return changing(source, path);
  return new SyncError('directory-unreadable', `${join(source, path)} cannot be read (${error.code})`, {
    hint: 'Give the user that runs this the right to read it.',
    cause: error,
  });
}

function changing(source: string, path: string): SyncError {
  return new SyncError('directory-changing', `${source} is being changed: ${path} moved while it was copied`, {
    hint: 'It is tried again.',
    retry: 'soon',
  });
}

function tooLarge(source: string, what: string): SyncError {
  return new SyncError('directory-too-large', `${source} holds ${what}, which is too much for a pack`, {
    hint: 'Name the pack’s own directory.',
  });
}
