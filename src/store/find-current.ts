import { lstat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { versionedLink } from './paths.ts';
import { readLink } from './read-links.ts';

/** The directory that a pack's files are used from now. */
export interface CurrentFiles {
  /** Absolute. */
  readonly directory: string;
  /** A version that was published; else another installer's directory. */
  readonly isOurs: boolean;
}

/**
 * Where `{ref}` leads within the store: to a published version, or to a directory that another installer made, also by
 * a link to its `{ref}-{version}`. Where there is no `{ref}`, `{ref}-{version}` tells, which is all that an older Attune
 * makes.
 *
 * @param version as Attune's row says; null where there is none
 * @returns null where it leads to nothing, or out of the store: what is there is a person's, and only used by them
 */
export async function findCurrent(store: string, ref: string, version: string | null): Promise<CurrentFiles | null> {
  const names = version === null ? [ref] : [ref, versionedLink(ref, basename(version))];
  for (const name of names) {
    const directory = join(store, name);
    const { text, occupied } = readLink(directory);
    if (text !== null) return followLink(store, ref, resolve(store, text));
    if (occupied) return (await isDirectory(directory)) ? { directory, isOurs: false } : null;
  }
  return null;
}

async function followLink(store: string, ref: string, directory: string): Promise<CurrentFiles | null> {
  const isOurs = dirname(directory) === join(store, '.versions', ref);
  const isBeside = dirname(directory) === resolve(store) && basename(directory).startsWith(`${ref}-`);
  return (isOurs || isBeside) && (await isDirectory(directory)) ? { directory, isOurs } : null;
}

async function isDirectory(path: string): Promise<boolean> {
  return lstat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
