import { hasErrors, type Problem } from '../errors.ts';
import { framed } from './checksum.ts';
import type { PackContent } from './content.ts';
import { hashFiles } from './files/hash-files.ts';
import { listPackFiles } from './files/list-files.ts';
import { parsePack } from './parse/parse-pack.ts';
import { mayBeRead } from './parse/sort-files.ts';

/** Raised whenever the same bytes would read differently, so that what was read by an older reader is read again. */
export const readerVersion = 1;

/**
 * Reads a pack's directory. `content` is null where there is an error: then nothing of the pack can be used.
 * `problems` holds every error and warning, with places relative to the pack. Never throws for what the directory holds.
 */
export async function readPack(
  directory: string,
): Promise<{ content: PackContent | null; problems: readonly Problem[] }> {
  const listing = await listPackFiles(directory);
  const hashed = await hashFiles(directory, listing.files, framed, mayBeRead);
  const unfit = [...listing.problems, ...hashed.problems];
  const isReadable = listing.files.length > 0 && hashed.digest !== '';
  if (!isReadable && hasErrors(unfit)) return { content: null, problems: unfit };
  const unread = new Set(hashed.problems.map(({ where }) => where?.file));
  // What could not be read is told already; its absence must not look like another fault of the pack.
  const paths = listing.files.map(({ path }) => path).filter((path) => !mayBeRead(path) || !unread.has(path));
  const { content, problems } = parsePack({ digest: hashed.digest, paths, bytes: hashed.kept });
  return { content: hasErrors(unfit) ? null : content, problems: [...unfit, ...problems] };
}
