import { isUtf8 } from 'node:buffer';
import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { type Problem, problem } from '../../errors.ts';

/** A regular file of a pack. */
export interface PackFile {
  /** Relative to the pack's directory, components joined by `/`. */
  readonly path: string;
}

export interface PackListing {
  /** In the order in which both checksums take them: by path component, as bytes. */
  readonly files: readonly PackFile[];
  readonly problems: readonly Problem[];
}

/** What the older checksum takes, the framed one does not: everything, and links are passed over in silence. */
export interface ListingRules {
  readonly everything: boolean;
}

/** A pack has thousands at most; this only ends a listing that would not end. */
const mostFiles = 100_000;
const mostProblems = 100;

/**
 * Lists a pack's files. Entries named `.git` below the root are left out. Refused, each as a problem
 * of its own: links, special files, names that are not UTF-8, and names that differ only in case
 * (they are one file on some machines). Never throws.
 */
export async function listPackFiles(
  directory: string,
  rules: ListingRules = { everything: false },
): Promise<PackListing> {
  const listing: Listing = { files: [], problems: [], everything: rules.everything };
  await listDirectory(directory, '', listing);
  return listing;
}

interface Listing {
  readonly files: PackFile[];
  readonly problems: Problem[];
  readonly everything: boolean;
}

async function listDirectory(directory: string, inside: string, listing: Listing): Promise<void> {
  const entries = await readEntries(directory, inside, listing);
  if (!listing.everything) refuseCollisions(entries, inside, listing);
  for (const entry of entries) {
    if (isFull(listing)) return;
    const name = entry.name.toString('utf8');
    const path = `${inside}${name}`;
    if (!listing.everything && name === '.git') continue;
    if (!isUtf8(entry.name)) refuse(listing, 'pack-name-not-utf8', path, 'has a name that is not UTF-8.', 'Rename it.');
    else if (entry.isDirectory()) await listDirectory(`${directory}/${name}`, `${path}/`, listing);
    else if (entry.isFile()) listing.files.push({ path });
    else refuseEntry(entry, path, listing);
  }
}

async function readEntries(directory: string, inside: string, listing: Listing): Promise<Dirent<Buffer>[]> {
  try {
    const entries = await readdir(directory, { withFileTypes: true, encoding: 'buffer' });
    return entries.sort((one, other) => Buffer.compare(one.name, other.name));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
    if (inside === '') listing.problems.push(tellMissing(directory, code));
    else
      listing.problems.push(
        problem('error', 'pack-unreadable', `The directory cannot be read (${code}).`, {
          where: { file: inside.slice(0, -1) },
        }),
      );
    return [];
  }
}

/** Of the pack's own directory: no file of it is the place of that, but whatever names the directory. */
function tellMissing(directory: string, code: string): Problem {
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return problem('error', 'pack-directory-missing', `There is no directory ${directory}.`);
  return problem('error', 'pack-unreadable', `The directory ${directory} cannot be read (${code}).`);
}

function refuseEntry(entry: Dirent<Buffer>, path: string, listing: Listing): void {
  if (listing.everything) return;
  if (entry.isSymbolicLink()) {
    refuse(listing, 'pack-link', path, 'is a symbolic link; a pack has none.', 'Put a copy of its target there.');
    return;
  }
  const what = entry.isFIFO() ? 'a fifo' : entry.isSocket() ? 'a socket' : 'a device';
  refuse(listing, 'pack-special-file', path, `is ${what}; a pack has only files and directories.`, 'Remove it.');
}

function refuseCollisions(entries: readonly Dirent<Buffer>[], inside: string, listing: Listing): void {
  const seen = new Map<string, string>();
  for (const entry of entries) {
    const name = entry.name.toString('utf8');
    const folded = name.normalize('NFC').toLowerCase();
    const other = seen.get(folded);
    if (other === undefined) seen.set(folded, name);
    else if (isUtf8(entry.name)) {
      refuse(
        listing,
        'pack-name-collision',
        `${inside}${name}`,
        `and ${other} are one name on some machines.`,
        'Rename one.',
      );
    }
  }
}

function refuse(listing: Listing, code: string, path: string, what: string, hint: string): void {
  listing.problems.push(problem('error', code, `${path} ${what}`, { hint, where: { file: path } }));
}

function isFull(listing: Listing): boolean {
  if (listing.problems.length >= mostProblems) return true;
  if (listing.files.length < mostFiles) return false;
  const message = `The pack has more than ${mostFiles} files.`;
  if (listing.problems.every(({ code }) => code !== 'pack-too-many-files')) {
    listing.problems.push(problem('error', 'pack-too-many-files', message));
  }
  return true;
}
