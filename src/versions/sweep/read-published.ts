import { lstatSync, type Stats } from 'node:fs';
import { join, posix, relative } from 'node:path';
import type { Knex } from 'knex';
import { notePath, readNoteSync } from '../../store/version-note.ts';
import { walkVersion } from '../../store/walk-version.ts';
import type { PublishedDirectory } from './choose-never-installed.ts';
import type { SweepFacts } from './choose-swept.ts';

const noteSuffix = '.files';

/**
 * Directories of versions that a note shows to be ours and no run recorded, and notes whose directory a killed sweep has
 * moved away already. Reads nothing where there are none.
 */
export async function readPublished(
  store: string,
  knex: Knex,
  { versions, directories }: Pick<SweepFacts, 'versions' | 'directories'>,
): Promise<readonly PublishedDirectory[]> {
  const recorded = new Set(versions.map(({ pack, digest }) => nameContent(pack, digest)));
  const found = [...directories].flatMap(([ref, names]) =>
    names.filter(isNote).flatMap((name) => {
      const content = name.slice(-noteSuffix.length - 12, -noteSuffix.length);
      const path = `.versions/${ref}/${name.slice(0, -noteSuffix.length)}`;
      return recorded.has(nameContent(ref, content)) ? [] : [{ ref, content, path }];
    }),
  );
  if (found.length === 0) return [];
  const needed = await readNeeded(knex);
  return found.flatMap(({ ref, content, path }) => {
    const look = lookAt(join(store, path));
    return look === null ? [] : [{ path, ...look, isNeeded: needed.has(nameContent(ref, content)) }];
  });
}

/** Where the links of a pack store lead, relative to it. */
export function followStoreLinks(store: string, links: SweepFacts['links']): readonly string[] {
  return [...links.values()].map((text) => posix.normalize(text.startsWith('/') ? relative(store, text) : text));
}

function isNote(name: string): boolean {
  return /-[0-9a-f]{12}\.files$/.test(name);
}

function nameContent(ref: string, digest: string): string {
  return `${ref}/${digest.slice(0, 12)}`;
}

/** What inventories and rollbacks of all managers name. */
async function readNeeded(knex: Knex): Promise<ReadonlySet<string>> {
  const { rows } = (await knex.raw(
    `SELECT ref, digest FROM attune_sync.pack UNION SELECT pack, digest FROM attune_sync.hold
      UNION SELECT pack, to_digest FROM attune_sync.hold UNION SELECT pack, digest FROM attune_sync.version`,
  )) as { rows: { ref: string; digest: string | null }[] };
  return new Set(rows.map(({ ref, digest }) => nameContent(ref, digest ?? '')));
}

/** Null where it cannot be read. */
function lookAt(directory: string): Pick<PublishedDirectory, 'publishedMs' | 'isUntouched'> | null {
  try {
    const note = lstatSync(notePath(directory));
    const found: Stats | undefined = lstatSync(directory, { throwIfNoEntry: false });
    if (found === undefined) return { publishedMs: note.mtimeMs, isUntouched: note.isFile() };
    return { publishedMs: Math.max(note.mtimeMs, found.mtimeMs), isUntouched: isUntouched(directory, found) };
  } catch {
    return null;
  }
}

function isUntouched(directory: string, found: Stats): boolean {
  const published = readNoteSync(directory);
  if (!found.isDirectory() || published === null) return false;
  const { gone, edited, moved, foreign } = walkVersion(directory, published);
  return gone.length + edited.length + moved.length + foreign.length === 0;
}
