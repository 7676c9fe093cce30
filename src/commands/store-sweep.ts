import type { DatabaseContext } from '../context.ts';
import { migrateSync } from '../database/migrate.ts';
import { withWriter } from '../database/writer-lock.ts';
import { checkStore, findMismatch } from '../store/store-id.ts';
import { planSweep, type Sweep } from '../versions/sweep/plan-sweep.ts';
import { recordSweep } from '../versions/sweep/record-sweep.ts';
import { sweepStore } from '../versions/sweep/sweep-store.ts';
import { hasSyncTables } from './queries/has-sync-tables.ts';

export interface StoreSweepOptions {
  /** Who runs this, for people: `user@host`. */
  readonly who: string;
  readonly lockTimeoutMs: number;
  /** Asked with what would go; false ends it. Without it the answer is yes. */
  readonly confirm?: (choice: Sweep) => Promise<boolean>;
}

const nothing: Sweep = { swept: [], kept: [], unknown: [], staging: [], environments: [], neverInstalled: [] };

/**
 * What a sweep of the pack store would delete now. Reads only.
 *
 * @throws SyncError `store-mismatch`
 */
export async function planStoreSweep(context: DatabaseContext): Promise<Sweep> {
  const { config, database } = context;
  if (!(await hasSyncTables(database))) return nothing;
  const mismatch = await findMismatch(config.packStore.directory, database);
  if (mismatch !== null) throw mismatch;
  return planSweep(context, database.knex, true);
}

/**
 * Deletes from the pack store what its rules let go, and records who did.
 *
 * @returns null where the answer was no
 * @throws SyncError `store-mismatch`, `writer-locked`
 */
export async function storeSweep(context: DatabaseContext, options: StoreSweepOptions): Promise<Sweep | null> {
  const { config, database, log, signal } = context;
  const { who, lockTimeoutMs, confirm } = options;
  if (confirm !== undefined && !(await confirm(await planStoreSweep(context)))) return null;
  const onWait = (holder: string) => log.info(`Waiting for the writer lock, held by ${holder}.`);
  const lock = { holder: `store sweep by ${who}`, timeoutMs: lockTimeoutMs, signal, onWait };
  return withWriter(database, lock, async (writer) => {
    const started = context.now();
    await migrateSync(database, writer);
    await checkStore(config.packStore.directory, writer);
    const head = { manager: config.name, who, started };
    return sweepStore(context, writer, {
      isShown: true,
      record: (transaction, swept) => recordSweep(transaction, head, swept),
    });
  });
}
