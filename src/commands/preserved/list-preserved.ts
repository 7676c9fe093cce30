import type { DatabaseContext } from '../../context.ts';
import { hasSyncTables } from '../queries/has-sync-tables.ts';
import { explainWaiting } from './explain-waiting.ts';
import { type PreservedEntry, type PreservedFilter, readPreserved } from './read-preserved.ts';

export interface ListedEntry extends PreservedEntry {
  /** Why it cannot be put back now; null where nothing is known to stand in the way. */
  readonly waits: string | null;
}

/** What is set aside, by pack and age. Reads only. */
export async function listPreserved(
  { database }: DatabaseContext,
  filter: PreservedFilter,
): Promise<readonly ListedEntry[]> {
  if (!(await hasSyncTables(database))) return [];
  const rows = await readPreserved(database.knex, filter);
  const waiting = await explainWaiting(database.knex, rows);
  return rows.map((row) => ({ ...row, waits: waiting.get(row.id) ?? null }));
}
