import type { DatabaseContext } from '../context.ts';
import { SyncError } from '../errors.ts';
import { nearest } from '../yaml/nearest.ts';
import { hasSyncTables } from './queries/has-sync-tables.ts';
import { type HistoryRow, readHistory } from './queries/read-history.ts';

export interface HistoryOptions {
  readonly ref?: string;
  readonly limit: number;
  readonly since?: Date;
  /** Only runs before this one. */
  readonly before?: string;
}

/**
 * What was done, newest first. Reads only; a pack that is gone keeps its history.
 *
 * @throws SyncError `unknown-pack` where nobody ever heard of that pack, and those of `inspectAttune`
 */
export async function history(context: DatabaseContext, options: HistoryOptions): Promise<HistoryRow[]> {
  const { config, database } = context;
  const recorded = await hasSyncTables(database);
  const rows = recorded ? await readHistory(database.knex, { manager: config.name, ...options }) : [];
  const isMet = rows.some(({ pack }) => pack === options.ref);
  if (!isMet && options.ref !== undefined) await requireKnown(context, options.ref, recorded);
  return rows;
}

async function requireKnown({ database }: DatabaseContext, ref: string, recorded: boolean): Promise<void> {
  const { knex } = database;
  const installed: { ref: string }[] = await knex('pack').select('ref');
  const changed: { ref: string }[] = recorded
    ? await knex('attune_sync.run_change').distinct({ ref: 'pack' }).select()
    : [];
  const known = [...new Set([...installed, ...changed].map((row) => row.ref))].sort();
  if (known.includes(ref)) return;
  const found = nearest(ref, known);
  throw new SyncError('unknown-pack', `There is no pack ${ref}, and history knows none.`, {
    hint: found == null ? '`attune-sync history` shows all there is.' : `Did you mean ${found}?`,
  });
}
