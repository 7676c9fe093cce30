import { setTimeout } from 'node:timers/promises';
import type { Knex } from 'knex';
import pg from 'pg';
import { SyncError } from '../errors.ts';
import { connect, disconnect, streamOf } from './connect.ts';
import type { Database, Fence } from './database.ts';
import { describeError } from './describe-error.ts';
import { describePlace } from './describe-place.ts';
import { managerLocks } from './locks.ts';
import { daemonPrefixes, heldOfManager, nameOfDaemon } from './read-daemons.ts';

/** A daemon's one connection for election: who holds the leader lock on it leads. It is never replaced. */
export interface Candidate {
  readonly client: pg.Client;
  /** Aborts, with a SyncError `connection-lost` as reason, once the connection is gone or does not answer any more. */
  readonly lost: AbortSignal;
  /** Tries once to become the leader. @throws what the lost connection says */
  tryLead(): Promise<{ readonly leads: boolean; readonly leader: string | null }>;
  /** What every transaction of a writer must pass, from when this one leads. */
  readonly fence: Fence;
  /** Lets go of the lock. Never throws. */
  close(): Promise<void>;
}

export interface CandidateOptions {
  readonly manager: string;
  /** `user@host`, for people. */
  readonly who: string;
  /** How often the connection is asked whether it is there, and how long it has to answer; 2 s where not given. */
  readonly beatMs?: number;
}

/**
 * Stands for election among the daemons of a manager. The connection is asked every two seconds, so that the loss of
 * one whose other end vanished is noticed; a process that stands still for fifteen seconds is no leader any more.
 * @throws SyncError of the database
 */
export async function openCandidate(
  database: Database,
  { manager, who, beatMs = 2000 }: CandidateOptions,
): Promise<Candidate> {
  const place = describePlace(database.connection);
  const client = await connect(database.connection, database.schema, named(daemonPrefixes.standby, who)).catch(
    (error: unknown) => {
      throw describeError(error, place);
    },
  );
  const loss = new AbortController();
  const lose = (error?: unknown) => {
    if (loss.signal.aborted) return;
    loss.abort(connectionLost(error));
    streamOf(client).destroy();
  };
  client.once('end', () => lose()).on('error', lose);
  const query = async <Row extends pg.QueryResultRow>(text: string, values: readonly string[] = []) => {
    // node-postgres has the timeout of one query, its types do not.
    const limited: pg.QueryConfig & { readonly query_timeout: number } = {
      text,
      values: [...values],
      query_timeout: beatMs,
    };
    try {
      return await client.query<Row>(limited);
    } catch (error) {
      lose(error);
      throw loss.signal.reason;
    }
  };
  try {
    await query(`SET idle_session_timeout = '15s'`);
    await query(`SELECT pg_advisory_lock_shared(${managerLocks.daemon}, hashtext($1))`, [manager]);
  } catch (error) {
    await disconnect(client);
    throw error;
  }
  void beat(loss.signal, beatMs, () => query('SELECT 1'));

  const pid = Reflect.get(client, 'processID') as number;
  return {
    client,
    lost: loss.signal,
    async tryLead() {
      const { rows } = await query<{ leads: boolean; leader: string | null }>(tryLock, [manager]);
      const { leads = false, leader = null } = rows[0] ?? {};
      if (!leads) return { leads, leader: leader === null ? null : nameOfDaemon(leader) };
      await query(`SET application_name = ${pg.escapeLiteral(named(daemonPrefixes.leader, who))}`);
      return { leads, leader: who };
    },
    async fence(transaction: Knex.Transaction) {
      if (loss.signal.aborted) throw notLeader();
      const { rows } = (await transaction.raw(stillHeld, [manager, pid])) as { rows: unknown[] };
      if (rows.length === 0) throw notLeader();
    },
    async close() {
      loss.abort(connectionLost(undefined));
      await disconnect(client);
    },
  };
}

const tryLock = `SELECT pg_try_advisory_lock(${managerLocks.leader}, hashtext($1)) AS leads, (
    SELECT activity.application_name FROM pg_locks held JOIN pg_stat_activity activity USING (pid)
    WHERE ${heldOfManager('$1')} AND held.classid = ${managerLocks.leader}
  ) AS leader`;

const stillHeld = `SELECT FROM pg_locks held
  WHERE ${heldOfManager('?')} AND held.classid = ${managerLocks.leader} AND held.pid = ?`;

/** Keepalives do not help while a statement is under way: what does not answer in time is given up. */
async function beat(lost: AbortSignal, beatMs: number, ask: () => Promise<unknown>): Promise<void> {
  while (!lost.aborted) {
    await setTimeout(beatMs, undefined, { signal: lost, ref: false }).catch(() => {});
    if (!lost.aborted) await ask().catch(() => {});
  }
}

/** What Postgres keeps of a name. */
function named(prefix: string, who: string): string {
  return `${prefix}${who}`.slice(0, 63);
}

function connectionLost(cause: unknown): SyncError {
  const said = cause instanceof Error && cause.message !== '' ? `: ${cause.message}` : '';
  return new SyncError('connection-lost', `The connection by which daemons elect their leader was lost${said}.`, {
    retry: 'soon',
    cause,
  });
}

function notLeader(): SyncError {
  return new SyncError('not-leader', 'This daemon does not lead any more, so it writes nothing.', {
    hint: 'Another daemon of the same manager goes on with it, or this one does once it leads again.',
    retry: 'soon',
  });
}
