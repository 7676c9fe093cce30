import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { findCurrent } from './find-current.ts';
import { readPublished } from './version-note.ts';

/** Files that a pack names and its source lacks. */
export interface NamedFiles {
  readonly ref: string;
  /** As Attune's row says; null where there is none. */
  readonly version: string | null;
  /** Relative to the pack. */
  readonly paths: readonly string[];
}

/**
 * Which of them others put into the pack's directory, by pack: a version that takes its place gets them too. A file that
 * an older version was published with is not one of them.
 */
export async function readShipped(
  store: string,
  packs: readonly NamedFiles[],
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const found = await Promise.all(packs.map(async (pack) => [pack.ref, await readOne(store, pack)] as const));
  return new Map(found);
}

async function readOne(store: string, { ref, version, paths }: NamedFiles): Promise<ReadonlySet<string>> {
  const current = await findCurrent(store, ref, version);
  if (current === null) return new Set();
  const published = current.isOurs ? await readPublished(current.directory) : new Set<string>();
  if (published === null) return new Set();
  const candidates = paths.filter((path) => !published.has(path));
  const isThere = await Promise.all(candidates.map((path) => isFile(join(current.directory, path))));
  return new Set(candidates.filter((_, index) => isThere[index]));
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
