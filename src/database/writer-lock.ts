import { setTimeout } from 'node:timers/promises';
import type { Knex } from 'knex';
import type pg from 'pg';
import { SyncError } from '../errors.ts';
import { connect } from './connect.ts';
import type { Database, Writer } from './database.ts';
import { describeError, isConnectionLoss } from './describe-error.ts';
import { lockClass, locks } from './locks.ts';
import { describePlace } from './open-database.ts';

export interface WriterOptions {
  /** Who we are, for those who wait: `apply by ann on host`, shortened to what Postgres keeps. */
  readonly holder: string;
  /** How long to wait; 0 tries once. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Called once when another has the lock. */
  readonly onWait?: (holder: string) => void;
}

/**
 * Runs `work` as the only writer. The lock and all writes are on one connection that is never replaced:
 * where it is lost, the lock is lost, what was not committed is rolled back and nothing more is written.
 * @throws SyncError `writer-locked` (retry soon) naming the holder and since when; `connection-lost` (retry soon).
 */
export async function withWriter<T>(
  database: Database,
  options: WriterOptions,
  work: (writer: Writer) => Promise<T>,
): Promise<T> {
  const client = await takeLock(database, options);
  try {
    return await work(createWriter(database, client));
  } finally {
    await client.end().catch(() => {});
  }
}

async function takeLock(database: Database, options: WriterOptions): Promise<pg.Client> {
  const deadline = Date.now() + options.timeoutMs;
  let told = false;
  for (;;) {
    options.signal.throwIfAborted();
    const client = await tryLock(database, options.holder);
    if (client !== undefined) return client;
    let holder = await readWriter(database);
    if (holder !== undefined && !told) {
      options.onWait?.(holder.name);
      told = true;
    }
    // The lock is looked at without a connection of its own, so that the age of the holder's connection says since when.
    while (holder !== undefined) {
      if (Date.now() >= deadline) throw writerLocked(holder);
      await setTimeout(Math.min(100, Math.max(1, deadline - Date.now())), undefined, { signal: options.signal });
      holder = await readWriter(database);
    }
  }
}

async function tryLock(database: Database, holder: string): Promise<pg.Client | undefined> {
  const client = await connect(
    database.connection,
    database.schema,
    `${applicationPrefix}${holder}`.slice(0, 63),
  ).catch((error: unknown) => {
    throw describeError(error, describePlace(database.connection));
  });
  try {
    const { rows } = await client.query<{ locked: boolean }>(
      `SELECT pg_try_advisory_lock(${lockClass}, ${locks.writer}) AS locked`,
    );
    if (rows[0]?.locked === true) return client;
  } catch (error) {
    await client.end().catch(() => {});
    throw describeError(error, describePlace(database.connection));
  }
  await client.end();
  return undefined;
}

/** Who holds the writer lock. */
export interface WriterHolder {
  readonly name: string;
  /** Unknown where the holder's role hides it from ours. */
  readonly since: Date | null;
}

const applicationPrefix = 'attune-sync writer ';

/** Who holds the writer lock now, or undefined; reads only. */
export async function readWriter({ knex }: Database): Promise<WriterHolder | undefined> {
  const { rows } = (await knex.raw(
    `SELECT activity.application_name AS name, activity.backend_start AS since
     FROM pg_locks held LEFT JOIN pg_stat_activity activity USING (pid)
     WHERE held.locktype = 'advisory' AND held.granted AND held.objsubid = 2
       AND held.classid = ${lockClass} AND held.objid = ${locks.writer}
       AND held.database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
  )) as { rows: { name: string | null; since: Date | null }[] };
  const [row] = rows;
  if (row === undefined) return undefined;
  return { name: (row.name ?? '').replace(applicationPrefix, '') || 'another process', since: row.since };
}

function writerLocked({ name, since }: WriterHolder): SyncError {
  const when = since === null ? '' : ` since ${since.toISOString()}`;
  return new SyncError('writer-locked', `${name} is writing to this database${when}.`, {
    hint: 'Wait until it is done, or allow more time with --lock-timeout.',
    retry: 'soon',
  });
}

function createWriter({ knex }: Database, client: pg.Client): Writer {
  let isLost = false;
  let isBusy = false;
  client.once('end', () => {
    isLost = true;
  });
  client.on('error', () => {
    isLost = true;
  });
  return {
    async transaction(work) {
      if (isBusy) throw new Error('the writer carries one transaction at a time');
      if (isLost) throw connectionLost(undefined);
      isBusy = true;
      try {
        return await runTransaction(knex, client, work, () => isLost);
      } finally {
        isBusy = false;
      }
    },
  };
}

async function runTransaction<T>(
  knex: Knex,
  client: pg.Client,
  work: (transaction: Knex.Transaction) => Promise<T>,
  isLost: () => boolean,
): Promise<T> {
  let thrown: { readonly error: unknown } | undefined;
  try {
    return await knex.transaction(
      async (transaction) => {
        try {
          const result = await work(transaction);
          // An error of SQL that `work` swallowed has ended the transaction: COMMIT would roll back and not say so.
          await transaction.raw('SELECT 1');
          return result;
        } catch (error) {
          thrown = { error };
          throw error;
        }
      },
      { connection: client },
    );
  } catch (error) {
    const cause = thrown === undefined ? error : thrown.error;
    if (isConnectionLoss(cause) || (thrown === undefined && isLost())) throw connectionLost(cause);
    throw cause;
  }
}

function connectionLost(cause: unknown): SyncError {
  return new SyncError('connection-lost', 'The connection to the database, and with it the writer lock, was lost.', {
    hint: 'What was not committed is rolled back; the next run looks again and goes on.',
    retry: 'soon',
    cause,
  });
}
