import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import { beginRun, finishRun } from '../../apply/record-run.ts';
import type { DatabaseContext } from '../../context.ts';
import { formatMessage } from '../../control/format-message.ts';
import { controlChannel, type LookMessage } from '../../control/message.ts';
import { migrateSync, migrationStatus } from '../../database/migrate.ts';
import { withWriter } from '../../database/writer-lock.ts';

export interface WriteOptions {
  /** `suspend` or `resume`. */
  readonly cause: string;
  readonly who: string;
  readonly lockTimeoutMs: number;
  /** Of which remotes the daemon asks before it looks: as in its requests, all without either. */
  readonly asks: Pick<LookMessage, 'refs' | 'urls'>;
}

/**
 * One transaction that suspends or resumes. It does not wait for a writer: a run that is to be stopped may take minutes,
 * and its changes look at these rows when they are written. Only where tables of ours are missing, the lock is taken to
 * make them. A daemon hears of it with the commit, and looks at once.
 */
export async function writeSuspensions<T>(
  { config, database, log, signal }: DatabaseContext,
  { cause, who, lockTimeoutMs, asks }: WriteOptions,
  work: (transaction: Knex.Transaction) => Promise<T>,
): Promise<T> {
  const { pending } = await migrationStatus(database);
  if (pending.length > 0) {
    const onWait = (holder: string) => log.info(`Waiting for the writer lock, held by ${holder}.`);
    const lock = { holder: `${cause} by ${who}`, timeoutMs: lockTimeoutMs, signal, onWait };
    await withWriter(database, lock, (writer) => migrateSync(database, writer));
  }
  return database.knex.transaction(async (transaction) => {
    const result = await work(transaction);
    const look = { type: 'look', id: randomUUID(), manager: config.name, by: 'command', who, ...asks } as const;
    await transaction.raw('SELECT pg_notify(?, ?)', [controlChannel, formatMessage(look)]);
    return result;
  });
}

/** Stands in history for a suspension of all packs, where the name of a pack stands otherwise. */
export const allPacks = '*';

/** History: a run with a line for each pack, or one for all. Its action is the deed, so that it tells nothing of what became of the pack. */
export async function recordSuspensions(
  transaction: Knex.Transaction,
  { cause, who }: Pick<WriteOptions, 'cause' | 'who'>,
  {
    manager,
    started,
    lines,
  }: {
    readonly manager: string;
    readonly started: Date;
    readonly lines: readonly { readonly pack: string | null; readonly reason: string }[];
  },
): Promise<void> {
  if (lines.length === 0) return;
  const rows = lines.map(({ pack, reason }, index) => ({ position: index + 1, pack: pack ?? allPacks, reason }));
  const targets = rows.map(({ pack }) => pack);
  const run = await beginRun(transaction, { manager, cause, who, started, targets, entries: {} });
  await transaction.raw(
    `INSERT INTO attune_sync.run_change (run, position, pack, action, reason_code, reason, outcome, duration_ms)
     SELECT ?::bigint, r.position, r.pack, ?, ?, r.reason, 'applied', 0
       FROM jsonb_to_recordset(?::jsonb) AS r(position int, pack text, reason text)`,
    [run, cause, cause === 'suspend' ? 'suspended' : 'resumed', JSON.stringify(rows)],
  );
  await finishRun(transaction, run, { outcome: 'unchanged', packs: [], problems: [] }, cause);
}
