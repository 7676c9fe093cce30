import type { Duplex } from 'node:stream';
import pg from 'pg';
import { SyncError } from '../errors.ts';
import type { DatabaseConnection } from './database.ts';

/**
 * Options of node-postgres for every connection of ours. Keepalives end an idle connection whose other end
 * vanished; the query timeout ends one that vanished in the middle, where keepalives do not help.
 */
export function clientOptions(connection: DatabaseConnection, applicationName: string): pg.ClientConfig {
  return {
    ...connection,
    application_name: applicationName,
    connectionTimeoutMillis: 10_000,
    query_timeout: 120_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 2000,
  };
}

/** Opens one connection of its own, set up as those of the pool are. */
export async function connect(
  connection: DatabaseConnection,
  schema: string,
  applicationName: string,
): Promise<pg.Client> {
  const client = new pg.Client(clientOptions(connection, applicationName));
  // Without a listener the loss of an idle connection ends the process.
  client.on('error', () => {});
  try {
    await client.connect();
    await setUpSession(client, schema);
    return client;
  } catch (error) {
    await disconnect(client);
    throw error;
  }
}

/** Ends the connection; one whose other end does not answer is dropped after two seconds. Never throws. */
export async function disconnect(client: pg.Client): Promise<void> {
  const timer = setTimeout(() => streamOf(client).destroy(), 2000);
  await client.end().catch(() => {});
  clearTimeout(timer);
}

/** node-postgres has it, its types do not. */
export function streamOf(client: pg.Client): Duplex {
  return (client as unknown as { connection: { stream: Duplex } }).connection.stream;
}

/**
 * What every session needs: Attune's schema first on the search path, and a server that notices a vanished
 * client soon, also in the middle of a statement, so that locks do not outlive their holder. Settings that a
 * server or platform does not have are left out.
 * @throws SyncError `database-version` before PostgreSQL 14, `database-pooled` behind a pooler: session settings
 * and locks do not hold there.
 */
export async function setUpSession(client: pg.ClientBase, schema: string): Promise<void> {
  const { rows } = await client.query<{ pid: number; version: number }>(
    `SELECT pg_backend_pid() AS pid, current_setting('server_version_num')::int AS version, set_config('search_path', $1, false), (
       SELECT count(set_config(wanted.name, wanted.value, false))
       FROM (VALUES ${sessionSettings.map(([name, value]) => `('${name}', '${value}')`).join(', ')}) AS wanted(name, value)
       JOIN pg_settings USING (name)
     )`,
    [`${pg.escapeIdentifier(schema)}, public`],
  );
  const { pid, version } = rows[0] ?? { pid: 0, version: 0 };
  if (version < 140_000) {
    throw new SyncError(
      'database-version',
      `PostgreSQL ${Math.floor(version / 10_000)} is too old: 14 or later is needed.`,
    );
  }
  if (pid === (client as pg.ClientBase & { processID?: number }).processID) return;
  throw new SyncError('database-pooled', 'The database is reached through a connection pooler such as PgBouncer.', {
    hint: 'Locks and settings of a session do not hold there. Give database.lockUrl, or database.url, the address of PostgreSQL itself.',
  });
}

const sessionSettings: readonly (readonly [name: string, value: string])[] = [
  ['tcp_keepalives_idle', '3'],
  ['tcp_keepalives_interval', '1'],
  ['tcp_keepalives_count', '3'],
  ['tcp_user_timeout', '5000'],
  ['client_connection_check_interval', '500'],
  ['idle_in_transaction_session_timeout', '300000'],
];
