import { access, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeDirectory } from '../../make-directory.ts';

/** How a repository names its objects; one mirror cannot hold both. */
export type ObjectFormat = 'sha1' | 'sha256';

/** By the length of a full commit id, 40 or 64 digits. */
export function formatOf(commit: string): ObjectFormat {
  return commit.length === 64 ? 'sha256' : 'sha1';
}

const configs: Readonly<Record<ObjectFormat, string>> = {
  sha1: '[core]\n\trepositoryformatversion = 0\n\tbare = true\n',
  sha256: '[core]\n\trepositoryformatversion = 1\n\tbare = true\n[extensions]\n\tobjectFormat = sha256\n',
};

/** A ref a commit is kept under: that it is there says that the commit was fetched whole. */
export const keptRefs = 'refs/attune';

/**
 * Makes the bare repository where there is none, and clears what a killed git left in it: its lock files, which would
 * fail every later fetch, and unfinished packs. Only for the holder of the mirror's lock.
 */
export async function openMirror(directory: string, format: ObjectFormat): Promise<void> {
  const known = await access(join(directory, 'HEAD')).then(
    () => true,
    () => false,
  );
  if (known) return clear(directory);
  for (const name of ['objects/pack', keptRefs]) await makeDirectory(join(directory, name));
  await writeFile(join(directory, 'config'), configs[format]);
  // HEAD is what git knows a repository by: written last, a half-made one is made again.
  await writeFile(join(directory, 'HEAD'), 'ref: refs/heads/none\n');
}

/** Takes the mirror away at once and deletes it after. The next use makes a new one. */
export async function dropMirror(directory: string, format: ObjectFormat): Promise<void> {
  const away = `${directory}.dropped-${process.pid}-${Date.now()}`;
  await rename(directory, away);
  await rm(away, { recursive: true, force: true });
  await openMirror(directory, format);
}

async function clear(directory: string): Promise<void> {
  await remove(directory, (name) => name.endsWith('.lock') || name.endsWith('.index'));
  await remove(join(directory, keptRefs), (name) => name.endsWith('.lock'));
  await remove(join(directory, 'objects', 'pack'), (name) => name.startsWith('tmp_') || name.endsWith('.lock'));
  await removeDropped(directory);
}

async function remove(directory: string, isStale: (name: string) => boolean): Promise<void> {
  const names = await readdir(directory).catch(() => []);
  await Promise.all(names.filter(isStale).map((name) => rm(join(directory, name), { recursive: true, force: true })));
}

async function removeDropped(directory: string): Promise<void> {
  const prefix = `${directory}.dropped-`;
  await remove(dirname(directory), (name) => join(dirname(directory), name).startsWith(prefix));
}
