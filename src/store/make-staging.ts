import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makeDirectories } from './make-directories.ts';

/**
 * Makes the directory that one run stages in, which only its owner may enter. To be called when something is staged
 * and not before: a run in which nothing is new touches no disk.
 */
export async function makeStaging(staging: string): Promise<void> {
  await makeDirectories(dirname(staging));
  await mkdir(staging, { recursive: true, mode: 0o700 });
}
