import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { checksumFile } from '../../packs/checksum.ts';
import type { Manifest } from '../environment.ts';
import { findNamedFiles } from './find-named-files.ts';

/** Larger ones are read by their digest alone, and taken to name anything. */
const mostRead = 1024 * 1024;
/** Manifests that name manifests. */
const mostManifests = 100;

/**
 * Reads the manifest of a pack and what it names of it.
 *
 * @param directory the pack's files; links are not followed
 * @param paths every file of it
 * @returns null where the pack has no such file
 * @throws SyncError `file-unreadable`, and what opening a file throws
 */
export async function readManifest(
  directory: string,
  paths: ReadonlySet<string>,
  manifest: string,
  buildScripts: boolean,
): Promise<Manifest | null> {
  const path = posix.normalize(manifest);
  if (!paths.has(path)) return null;
  const named = new Set<string>();
  const read = new Set<string>([path]);
  let isOwn = false;
  let digest = '';
  for (const next of read) {
    const content = await readSmall(join(directory, next));
    if (next === path) digest = content?.digest ?? (await checksumFile(join(directory, next)));
    if (content === null || read.size > mostManifests) {
      isOwn = true;
      continue;
    }
    const found = findNamedFiles({ path: next, text: content.text, paths }, buildScripts);
    isOwn ||= found.isOwn;
    for (const file of [...found.files, ...found.manifests]) named.add(file);
    for (const file of found.manifests) read.add(file);
  }
  named.delete(path);
  const files = [];
  for (const file of [...named].sort()) {
    files.push({ path: file, digest: await checksumFile(join(directory, file)) });
  }
  return { path, digest, files, isOwn };
}

/** Null where it is too large. */
async function readSmall(file: string): Promise<{ text: string; digest: string } | null> {
  const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    if ((await handle.stat()).size > mostRead) return null;
    const bytes = await handle.readFile();
    return { text: bytes.toString('utf8'), digest: createHash('sha256').update(bytes).digest('hex') };
  } finally {
    await handle.close();
  }
}
