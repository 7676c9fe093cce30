import { lstat, readFile, symlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { makeDirectory } from '../../make-directory.ts';
import { hasCode } from '../has-code.ts';
import type { Binaries } from './find-binaries.ts';

interface LibraryLink {
  readonly source: string;
  readonly target: string;
}

export type ChildEnvironment = Readonly<Record<string, string>>;

/**
 * Makes the library links that an npm package cannot hold and that npm's install scripts, where they are
 * allowed, would have made. In a read-only package they go to `fallback` instead.
 * @returns the whole environment that the server programs need.
 */
export async function linkLibraries(binaries: Binaries, fallback: string): Promise<ChildEnvironment> {
  const links = JSON.parse(await readFile(join(binaries.root, 'native', 'pg-symlinks.json'), 'utf8')) as LibraryLink[];
  const missing = await findMissing(links, binaries.libraries);
  if (missing.length === 0) return plainEnvironment;
  try {
    for (const { source, target } of missing) await link(basename(source), join(binaries.libraries, basename(target)));
    return plainEnvironment;
  } catch (error) {
    if (!hasCode(error, 'EACCES', 'EROFS', 'EPERM')) throw error;
  }
  await makeDirectory(fallback, 0o755);
  for (const { source, target } of links) {
    await link(join(binaries.libraries, basename(source)), join(fallback, basename(target)));
  }
  const path = `${fallback}:${binaries.libraries}`;
  return { ...plainEnvironment, LD_LIBRARY_PATH: path, DYLD_LIBRARY_PATH: path };
}

/** Nothing of the caller's environment reaches the server: PGDATA, PGPORT or LC_ALL would change what it does. */
const plainEnvironment: ChildEnvironment = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  LC_ALL: 'C',
  TZ: 'UTC',
};

async function findMissing(links: readonly LibraryLink[], directory: string): Promise<LibraryLink[]> {
  const missing: LibraryLink[] = [];
  for (const one of links) {
    const found = await lstat(join(directory, basename(one.target))).catch(() => undefined);
    if (found === undefined) missing.push(one);
  }
  return missing;
}

async function link(target: string, path: string): Promise<void> {
  await symlink(target, path).catch((error: unknown) => {
    if (!hasCode(error, 'EEXIST')) throw error;
  });
}
