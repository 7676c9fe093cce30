import { lstat, readFile, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/**
 * An adoption that was cut off has carried files already; where somebody has written one anew since, in the directory
 * that is still in use, that one is meant. The older one is moved beside the versions of the pack, not deleted.
 *
 * @param source the file in use
 * @param version the directory of a version that is not in use yet
 * @param path where the version has it, relative
 */
export async function setAsideOlder(source: string, version: string, path: string): Promise<void> {
  const target = join(version, path);
  const [used, carried] = await Promise.all([lstat(source), lstat(target).catch(() => null)]);
  if (carried?.isFile() !== true || !used.isFile() || used.mtimeMs <= carried.mtimeMs) return;
  if (used.size === carried.size && (await readFile(source)).equals(await readFile(target))) return;
  const name = `found-${path.replaceAll('/', '__')}-${Math.round(carried.mtimeMs)}`;
  await rename(target, join(dirname(version), name));
}
