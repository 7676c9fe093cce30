import { readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../config/config.ts';
import { readEntryDirectory } from '../desired/read-entry-directory.ts';
import { packRefPattern } from '../packs/fields/check-ref.ts';

/** A document says it in a line of its own; reading YAML for it would take longer than a person waits for a key. */
const refLine = /^ref:[ \t]+["']?([a-z][a-z0-9_-]+)["']?[ \t]*(?:#.*)?$/gm;

/**
 * The packs that documents of directories name, and those that the pack store has: without a database, in an instant.
 * Shells expand what they are given to complete, so that nothing but a ref may be in it.
 */
export async function listKnownRefs({ desiredState, packStore }: Config): Promise<readonly string[]> {
  const directories = desiredState.flatMap((entry) => (entry.type === 'directory' ? [entry.directory] : []));
  const found = await Promise.all([...directories.map(readDesired), readInstalled(packStore.directory)]);
  return [...new Set(found.flat())].filter((ref) => packRefPattern.test(ref)).sort();
}

async function readDesired(directory: string): Promise<readonly string[]> {
  const { files } = await readEntryDirectory(directory);
  return files.flatMap(({ bytes }) => [...bytes.toString('utf8').matchAll(refLine)].map(([, ref = '']) => ref));
}

/** Of the two links of a pack, the one whose name is its ref. */
async function readInstalled(store: string): Promise<readonly string[]> {
  const names = await readdir(store).catch(() => []);
  const links = await Promise.all(names.map((name) => readlink(join(store, name)).catch(() => '')));
  return names.filter((name, index) => links[index]?.startsWith(`.versions/${name}/`));
}
