import { setTimeout } from 'node:timers/promises';
import pg from 'pg';
import { SyncError } from '../../errors.ts';
import { hasCode } from '../has-code.ts';
import { lockClass, locks } from '../locks.ts';
import { isAlive } from './is-alive.ts';
import { findServer, type ServerFiles, socketPort } from './server-files.ts';

/**
 * A place at a server that runs: a connection that holds the lease lock shared. The server drops the lock
 * with the connection, so a killed process is not counted any more.
 */
export interface Lease {
  readonly client: pg.Client;
  readonly sockets: string;
  readonly pid: number;
}

/** Before the process id in `application_name`. */
const leaseName = 'attune-sync lease ';

/** Joins the server of the data directory: `absent` where none runs, `busy` where one is starting or stopping. */
export async function joinServer(files: ServerFiles): Promise<Lease | 'absent' | 'busy'> {
  const server = await findServer(files);
  if (server === undefined) return 'absent';
  if (!server.isReady) return 'busy';
  const client = new pg.Client({
    host: server.sockets,
    port: socketPort,
    user: 'attune',
    database: 'postgres',
    application_name: `${leaseName}${process.pid}`,
    connectionTimeoutMillis: 5000,
  });
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query<{ directory: string; joined: boolean }>(
      `SELECT current_setting('data_directory') AS directory, pg_try_advisory_lock_shared(${lockClass}, ${locks.lease}) AS joined`,
    );
    if (rows[0]?.directory === files.data && rows[0].joined)
      return { client, sockets: server.sockets, pid: server.pid };
    await client.end();
    return 'busy';
  } catch (error) {
    await client.end().catch(() => {});
    // Not yet accepting, or going away: the socket is missing, refuses or closes, or the server says so.
    if (error instanceof Error && 'code' in error && !hasCode(error, ...goingAway)) {
      throw new SyncError('embedded-join', `The embedded database in ${files.data} refuses: ${error.message}`, {
        cause: error,
      });
    }
    return 'busy';
  }
}

const goingAway = ['ENOENT', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE', '57P01', '57P02', '57P03'];

/**
 * Gives the place up. True where nobody else is left and nobody can join any more: then the server is to be stopped.
 * The server may take a moment to notice that a process was killed: where only such ones are left, it is given time.
 */
export async function leaveServer({ client }: Lease): Promise<boolean> {
  try {
    await client.query(`SELECT pg_advisory_unlock_shared(${lockClass}, ${locks.lease})`);
    const deadline = Date.now() + 2000;
    for (;;) {
      const { rows } = await client.query<{ last: boolean; names: string[] }>(
        `SELECT pg_try_advisory_lock(${lockClass}, ${locks.lease}) AS last,
           ARRAY(SELECT application_name FROM pg_stat_activity WHERE application_name LIKE $1 AND pid <> pg_backend_pid()) AS names`,
        [`${leaseName}%`],
      );
      if (rows[0]?.last === true) return true;
      const pids = (rows[0]?.names ?? []).map((name) => Number(name.slice(leaseName.length)));
      if (pids.some(isAlive) || Date.now() > deadline) return false;
      await setTimeout(10);
    }
  } catch {
    // The server is gone already.
    return false;
  }
}
