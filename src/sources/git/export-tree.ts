import { chmod, mkdir, open, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Problem, problem, SyncError } from '../../errors.ts';
import { checkOut } from './check-out.ts';
import type { TreeEntry } from './list-tree.ts';
import type { Mirror } from './with-mirror.ts';

const pointerStart = 'version https://git-lfs.github.com/spec/v1\n';

/**
 * Writes files of a commit, byte by byte as they are in it, into a new directory, with the modes 0755 and 0644.
 *
 * @param path the directory of the commit that becomes `target`
 * @param entries what is written, checked before: everything below `path`, or some of it where `some` is true
 * @throws SyncError `git-lfs-pointer`, `git-mirror-damaged`
 */
export async function exportTree(
  mirror: Mirror,
  commit: string,
  path: string,
  entries: readonly TreeEntry[],
  target: string,
  { some = false }: { some?: boolean } = {},
): Promise<void> {
  await mkdir(target, { recursive: true, mode: 0o755 });
  if (entries.length === 0) return;
  await checkOut(mirror, `${commit}:${path}`, some ? entries.map((entry) => entry.path) : undefined, target);
  await setModes(entries, target);
  const problems = await findPointers(entries, target);
  if (problems.length > 0) {
    throw new SyncError('git-lfs-pointer', `${mirror.url} keeps files of ${path || 'its root'} in git LFS`, {
      problems,
    });
  }
}

/** git leaves them to the umask: where one file came out right, all did. */
async function setModes(entries: readonly TreeEntry[], target: string): Promise<void> {
  const [first] = entries;
  if (first === undefined) return;
  const directories = new Set(['.', ...entries.flatMap(({ path }) => parents(path))]);
  const [file, directory] = await Promise.all([
    stat(join(target, first.path)),
    stat(join(target, dirname(first.path))),
  ]);
  if ((file.mode & 0o777) === modeOf(first) && (directory.mode & 0o777) === 0o755) return;
  for (const name of directories) await chmod(join(target, name), 0o755);
  for (const entry of entries) await chmod(join(target, entry.path), modeOf(entry));
}

function modeOf({ mode }: TreeEntry): number {
  return mode === '100755' ? 0o755 : 0o644;
}

function parents(path: string): string[] {
  const parent = dirname(path);
  return parent === '.' ? [] : [parent, ...parents(parent)];
}

/** A pointer has about 130 bytes, so only files of about that size are opened. */
async function findPointers(entries: readonly TreeEntry[], target: string): Promise<readonly Problem[]> {
  const found: TreeEntry[] = [];
  for (const entry of entries) {
    if (entry.bytes < 120 || entry.bytes > 200) continue;
    if (await isPointer(join(target, entry.path))) found.push(entry);
  }
  return found.map(({ path }) =>
    problem('error', 'git-lfs-pointer', `${JSON.stringify(path)} is a git LFS pointer, not the file itself`, {
      hint: 'LFS is not fetched: put the file into the repository.',
    }),
  );
}

async function isPointer(file: string): Promise<boolean> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(pointerStart.length), 0, pointerStart.length, 0);
    return buffer.toString('latin1', 0, bytesRead) === pointerStart;
  } finally {
    await handle.close();
  }
}
