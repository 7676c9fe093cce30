import { lstat } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import { versionedLink } from './paths.ts';
import { readLink } from './read-links.ts';

/** What stands where a pack's links will be, or is used in their stead, and is none of ours. */
export interface FoundFiles {
  /** Names in the store that hold another installer's files: `{ref}`, `{ref}-{version}`. */
  readonly directories: readonly string[];
  /** Where a person's link `{ref}` leads: as it is written. */
  readonly link: string | null;
  /** Where Attune says that the files are, if that is outside the store and there. */
  readonly elsewhere: string | null;
}

/** A pack that is to be installed or adopted. */
interface UnrecordedPack {
  readonly ref: string;
  /** As Attune's row says; null where there is none. */
  readonly version: string | null;
  readonly storagePath: string | null;
}

/** What others left in the store of packs that are not recorded yet, by ref; those of which there is nothing are left out. */
export async function readFound(
  store: string,
  packs: readonly UnrecordedPack[],
): Promise<ReadonlyMap<string, FoundFiles>> {
  const found = await Promise.all(packs.map(async (pack) => [pack.ref, await readOne(store, pack)] as const));
  return new Map(found.flatMap(([ref, files]) => (files === null ? [] : [[ref, files] as const])));
}

async function readOne(store: string, { ref, version, storagePath }: UnrecordedPack): Promise<FoundFiles | null> {
  const names = version === null ? [ref] : [ref, versionedLink(ref, version)];
  const isReal = await Promise.all(names.map((name) => isDirectory(join(store, name))));
  const directories = names.filter((_, index) => isReal[index]);
  const { text } = readLink(join(store, ref));
  const link = text === null || isInside(store, resolve(store, text)) ? null : text;
  const isOutside = storagePath !== null && storagePath !== '' && !isInside(store, resolve(store, storagePath));
  const elsewhere = isOutside && (await isDirectory(storagePath)) ? storagePath : null;
  return directories.length === 0 && link === null && elsewhere === null ? null : { directories, link, elsewhere };
}

function isInside(store: string, path: string): boolean {
  return path.startsWith(resolve(store) + sep);
}

async function isDirectory(path: string): Promise<boolean> {
  return lstat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
