import { lstat, mkdir, readdir, rename, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { SyncError } from '../errors.ts';
import type { RuntimeConfig } from './environment.ts';
import { requireDirectory } from './require-directory.ts';
import type { Scratch } from './scratch.ts';

/**
 * Some commands know the pack's directory only, and make the environment in there: it is moved to where it belongs.
 *
 * @returns where it was made
 * @throws SyncError `environment-failed` for a virtualenv, whose scripts know where they were made
 */
export async function findMade(
  directory: string,
  { type, directory: name }: NonNullable<RuntimeConfig['environment']>,
  scratch: Scratch,
): Promise<string> {
  const beside = join(scratch.pack, name);
  const [made, madeBeside] = await Promise.all([directory, beside].map((path) => lstat(path).catch(() => null)));
  if (made !== null) requireDirectory(directory, name);
  if (made !== null && (await readdir(directory)).length > 0) return directory;
  if (madeBeside?.isDirectory() !== true) {
    await mkdir(directory, { recursive: true });
    return directory;
  }
  if (type === 'virtualenv') {
    throw new SyncError('environment-failed', `The virtualenv was made at ${name} in the directory of the pack`, {
      hint: 'Let create_command make it at {env_dir}: a virtualenv does not work anywhere but where it was made.',
    });
  }
  await rmdir(directory).catch(() => {});
  await rename(beside, directory);
  return beside;
}
