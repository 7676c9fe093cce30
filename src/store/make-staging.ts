import { lstat, mkdir, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeDirectories } from './make-directories.ts';
import { removeTrees, type StuckTree } from './remove-trees.ts';

/**
 * Makes the directory that one run stages in, which only its owner may enter. To be called when something is staged
 * and not before: a run in which nothing is new touches no disk.
 */
export async function makeStaging(staging: string): Promise<void> {
  const parent = dirname(staging);
  await makeDirectories(parent);
  try {
    await mkdir(staging, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return;
    throw error;
  }
  await sweepAbandoned(parent);
}

/** No run takes a day: what is older was left by one that was killed. */
const abandonedMs = 24 * 60 * 60 * 1000;

/** True for what stands in the directory that runs stage in and that no run can be using any more. */
export function isAbandoned(mtimeMs: number): boolean {
  return mtimeMs <= Date.now() - abandonedMs;
}

/**
 * Removes what runs that were killed left in the directory that all of them stage in.
 *
 * @returns what could not be removed: another run may not let this one remove what is its own
 */
export async function sweepAbandoned(parent: string): Promise<readonly StuckTree[]> {
  const abandoned: string[] = [];
  for (const name of await readdir(parent).catch(() => [])) {
    const path = join(parent, name);
    // Another run may end meanwhile.
    const found = await lstat(path).catch(() => null);
    if (found !== null && isAbandoned(found.mtimeMs)) abandoned.push(path);
  }
  return removeTrees(abandoned);
}
