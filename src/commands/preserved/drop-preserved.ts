import type { DatabaseContext } from '../../context.ts';
import { migrateSync } from '../../database/migrate.ts';
import { withWriter } from '../../database/writer-lock.ts';
import { hasSyncTables } from '../queries/has-sync-tables.ts';
import { type PreservedEntry, readPreserved } from './read-preserved.ts';
import { recordPreserved } from './record-preserved.ts';
import { checkIds, unknownIds } from './unknown-ids.ts';

export interface DropPreservedOptions {
  readonly ids: readonly string[];
  /** For history: `user@host`. */
  readonly who: string;
  readonly lockTimeoutMs: number;
  /** Asked before anything is written; without it the answer is yes. */
  readonly confirm?: (rows: readonly PreservedEntry[]) => Promise<boolean>;
}

/**
 * Deletes rows that are set aside for good: all of them or none.
 *
 * @returns what is gone; null where the answer was no
 * @throws SyncError `unknown-preserved`
 */
export async function dropPreserved(
  context: DatabaseContext,
  { ids, who, lockTimeoutMs, confirm }: DropPreservedOptions,
): Promise<readonly PreservedEntry[] | null> {
  const { config, database, log, signal } = context;
  checkIds(ids);
  const found = (await hasSyncTables(database)) ? await readPreserved(database.knex, { ids }) : [];
  requireAll(ids, found);
  if (confirm !== undefined && !(await confirm(found))) return null;
  const onWait = (holder: string) => log.info(`Waiting for the writer lock, held by ${holder}.`);
  const lock = { holder: `${cause} by ${who}`, timeoutMs: lockTimeoutMs, signal, onWait };
  return withWriter(database, lock, async (writer) => {
    await migrateSync(database, writer);
    return writer.transaction(async (transaction) => {
      const rows = await readPreserved(transaction, { ids });
      requireAll(ids, rows);
      await transaction.raw('DELETE FROM attune_sync.preserved WHERE restored IS NULL AND id = ANY(?::bigint[])', [
        [...ids],
      ]);
      const run = { manager: config.name, who, started: context.now(), cause };
      await recordPreserved(transaction, rows, { ...run, code: 'set-aside-dropped', did: 'dropped for good' });
      return rows;
    });
  });
}

const cause = 'preserved drop';

function requireAll(ids: readonly string[], rows: readonly PreservedEntry[]): void {
  const missing = ids.filter((id) => !rows.some((row) => row.id === id));
  if (missing.length > 0) throw unknownIds(missing);
}
