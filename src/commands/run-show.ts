import type { DatabaseContext } from '../context.ts';
import { SyncError } from '../errors.ts';
import type { JsonObject } from '../json.ts';
import { hasSyncTables } from './queries/has-sync-tables.ts';
import { type HistoryRow, readHistory } from './queries/read-history.ts';

/** One run, and what it did to each pack. */
export interface RunDetails {
  readonly run: {
    readonly id: string;
    readonly manager: string;
    readonly cause: string;
    readonly who: string;
    readonly started: Date;
    readonly ended: Date;
    readonly outcome: string;
    /** The packs that it was about; null: all. */
    readonly targets: readonly string[] | null;
  };
  /** In the order in which they were done; none where the run changed nothing. */
  readonly changes: readonly HistoryRow[];
}

/** More packs than any run has. */
const limit = 1_000_000;

/** Reads only. @throws SyncError `unknown-run` where this manager has no such run, and those of `inspectAttune` */
export async function runShow({ config, database }: DatabaseContext, id: string): Promise<RunDetails> {
  const { knex } = database;
  const columns = ['id', 'manager', 'cause', 'who', 'started', 'ended', 'outcome', 'targets'];
  const isNumber = /^[1-9]\d{0,17}$/.test(id);
  const run =
    isNumber && (await hasSyncTables(database))
      ? await knex('attune_sync.run').where({ id, manager: config.name }).first<RunDetails['run'] | undefined>(columns)
      : undefined;
  if (run === undefined) {
    throw new SyncError('unknown-run', `History has no run ${id} of manager ${config.name}.`, {
      hint: '`attune-sync history` shows those that it has.',
    });
  }
  const rows = await readHistory(knex, { manager: config.name, run: id, limit });
  return { run, changes: rows.filter(({ pack }) => pack !== null).reverse() };
}

/** With times as ISO 8601. */
export function renderRunShowJson(details: RunDetails): JsonObject {
  return JSON.parse(JSON.stringify({ formatVersion: 1, ...details })) as JsonObject;
}
