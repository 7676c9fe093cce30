import { constants } from 'node:fs';
import { lstat, open, readdir, realpath, rm } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';

/** Results of more bytes are no results. */
export const mostResultBytes = 4 * 1024 * 1024;
const mostFiles = 100;

/**
 * Removes what a pack ships as results, so that only what its tests write is read.
 *
 * @param copy the copy of the pack
 * @param path a file or directory relative to it
 */
export async function clearResults(copy: string, path: string): Promise<void> {
  for (const file of await listFiles(copy, path)) await rm(file, { force: true });
}

/** The texts of the JSON files at a path, by name; those that are too large, and links, are passed over. */
export async function readResults(copy: string, path: string): Promise<readonly string[]> {
  const texts: string[] = [];
  for (const file of await listFiles(copy, path)) {
    const text = await readRegular(file);
    if (text !== null) texts.push(text);
  }
  return texts;
}

/** Nothing where the path leads out of the copy, by a link that a test made: others' files are nobody's results. */
async function listFiles(copy: string, path: string): Promise<readonly string[]> {
  const root = await realpath(copy);
  const parent = await realpath(join(root, dirname(path))).catch(() => null);
  if (parent === null || (parent !== root && !parent.startsWith(`${root}${sep}`))) return [];
  const place = join(parent, basename(path));
  const found = await lstat(place).catch(() => null);
  if (found?.isFile() === true) return [place];
  if (found?.isDirectory() !== true) return [];
  const names = (await readdir(place)).filter((name) => name.endsWith('.json')).sort();
  return names.slice(0, mostFiles).map((name) => join(place, name));
}

async function readRegular(file: string): Promise<string | null> {
  const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(() => null);
  if (handle === null) return null;
  try {
    const found = await handle.stat();
    return found.isFile() && found.size <= mostResultBytes ? await handle.readFile('utf8') : null;
  } finally {
    await handle.close();
  }
}
