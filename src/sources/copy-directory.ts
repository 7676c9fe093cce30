import { chmodSync, closeSync, fchmodSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Problem, SyncError } from '../errors.ts';
import { framed } from '../packs/checksum.ts';
import { type FileCopy, type FileReader, type HashedFiles, hashFiles } from '../packs/files/hash-files.ts';
import { listPackFiles, type PackFile } from '../packs/files/list-files.ts';
import type { OpenFile } from '../packs/files/read-files.ts';
import { treeLimits } from './git/check-tree.ts';

/** What was copied: the digest is of the very bytes that were written. */
export interface CopiedDirectory extends HashedFiles {
  readonly files: readonly PackFile[];
}

/**
 * Copies a pack's directory (without what is named `.git`) to a new one, files as 0755 where their owner may run them,
 * else 0644. Whether it is one moment of the source is the caller's to see, by the digest.
 *
 * @param reader reads the files while they are copied
 * @throws SyncError `directory-refused` with every link, device and unfit name; `directory-changing` where a file
 * is another one or shorter when it is copied; `directory-unreadable`; `directory-too-large`
 */
export async function copyDirectory(source: string, target: string, reader?: FileReader): Promise<CopiedDirectory> {
  const { files, problems } = await listPackFiles(source);
  if (problems.length > 0)
    throw new SyncError('directory-refused', `${source} cannot be taken as a pack`, { problems });
  if (files.length > treeLimits.files) throw tooLarge(source, `more than ${treeLimits.files} files`);
  const made = new Set<string>();
  makeDirectory(target, '.', made);
  let total = 0;
  const copy = (file: OpenFile): FileCopy => {
    if (file.size > treeLimits.fileBytes) throw tooLarge(source, `${file.path} with ${file.size} bytes`);
    total += file.size;
    if (total > treeLimits.totalBytes) throw tooLarge(source, `more than ${treeLimits.totalBytes / 2 ** 20} MiB`);
    makeDirectory(target, dirname(file.path), made);
    return openCopy(join(target, file.path), file);
  };
  const hashed = await hashFiles(source, files, framed, { copy, ...(reader === undefined ? {} : { reader }) });
  refuseUnread(source, hashed.problems);
  return { files, ...hashed };
}

/** With its parents, and the mode 0755 whatever the umask is. */
function makeDirectory(target: string, path: string, made: Set<string>): void {
  if (made.has(path)) return;
  if (path !== '.') makeDirectory(target, dirname(path), made);
  mkdirSync(join(target, path), { recursive: true });
  chmodSync(join(target, path), 0o755);
  made.add(path);
}

/** What is there already is never written over. */
function openCopy(path: string, { isExecutable }: OpenFile): FileCopy {
  const descriptor = openSync(path, 'wx', 0o600);
  return {
    write(chunk) {
      for (let at = 0; at < chunk.length; ) at += writeSync(descriptor, chunk, at);
    },
    close() {
      try {
        fchmodSync(descriptor, isExecutable ? 0o755 : 0o644);
      } finally {
        closeSync(descriptor);
      }
    },
  };
}

function refuseUnread(source: string, problems: readonly Problem[]): void {
  const changed = problems.find(({ code }) => code === 'pack-file-changed');
  if (changed !== undefined) {
    const path = changed.where?.file;
    throw new SyncError('directory-changing', `${source} is being changed: ${path} moved while it was copied`, {
      hint: 'It is tried again.',
      retry: 'soon',
    });
  }
  const unread = problems.find(({ code }) => code === 'pack-unreadable');
  if (unread === undefined) return;
  throw new SyncError('directory-unreadable', `${source}/${unread.where?.file} cannot be read`, {
    hint: 'Give the user that runs this the right to read it.',
  });
}

function tooLarge(source: string, what: string): SyncError {
  return new SyncError('directory-too-large', `${source} holds ${what}, which is too much for a pack`, {
    hint: "Name the pack's own directory.",
  });
}
