import { setTimeout } from 'node:timers/promises';
import type pg from 'pg';
import { SyncError } from '../errors.ts';
import { connect, disconnect } from './connect.ts';
import { createWriter } from './create-writer.ts';
import type { Database, Writer } from './database.ts';
import { describeError } from './describe-error.ts';
import { describePlace } from './describe-place.ts';
import { lockClass, locks } from './locks.ts';
import { applicationPrefix, readWriter, type WriterHolder } from './read-writer.ts';

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
 * @throws SyncError `writer-locked` (retry soon) naming the holder and since when; `connection-lost` (retry soon);
 * `aborted` where the signal ends the wait.
 */
export async function withWriter<T>(
  database: Database,
  options: WriterOptions,
  work: (writer: Writer) => Promise<T>,
): Promise<T> {
  const client = await takeLock(database, options);
  const stop = keepAwake(client);
  try {
    return await work(createWriter(database, client));
  } finally {
    stop();
    await disconnect(client);
  }
}

async function takeLock(database: Database, options: WriterOptions): Promise<pg.Client> {
  const deadline = Date.now() + options.timeoutMs;
  let told = false;
  for (;;) {
    if (options.signal.aborted) throw aborted();
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
      const waitMs = Math.min(100, Math.max(1, deadline - Date.now()));
      await setTimeout(waitMs, undefined, { signal: options.signal }).catch(() => {
        throw aborted();
      });
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
    if (rows[0]?.locked === true) {
      // Somebody who forgot an open transaction holds up the packs whose rows it locked, not the run.
      await client.query(`SET lock_timeout = '10s'`);
      await client.query(`SET idle_session_timeout = '60s'`);
      return client;
    }
  } catch (error) {
    await disconnect(client);
    throw describeError(error, describePlace(database.connection));
  }
  await disconnect(client);
  return undefined;
}

/**
 * Asks for nothing now and then, as environments are built for minutes between two transactions. A process that stands
 * still asks for nothing: the server ends its session after a minute, and with it the lock.
 */
function keepAwake(client: pg.Client): () => void {
  let isAsking = false;
  const timer = setInterval(() => {
    if (isAsking) return;
    isAsking = true;
    const done = () => {
      isAsking = false;
    };
    client.query('SELECT 1').then(done, done);
  }, 10_000).unref();
  return () => clearInterval(timer);
}

function aborted(): SyncError {
  return new SyncError('aborted', 'The run was ended before it was done', { retry: 'soon' });
}

function writerLocked({ name, since }: WriterHolder): SyncError {
  const when = since === null ? '' : ` since ${since.toISOString()}`;
  return new SyncError('writer-locked', `${name} is writing to this database${when}.`, {
    hint: 'Wait until it is done, or allow more time with --lock-timeout.',
    retry: 'soon',
  });
}
