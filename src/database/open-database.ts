import knex from 'knex';
import pg from 'pg';
import type { DatabaseSettings } from '../config/config.ts';
import { SyncError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { Redactor } from '../redactor.ts';
import { Secret } from '../secret.ts';
import { clientOptions, connect, disconnect, setUpSession } from './connect.ts';
import { createAttuneTables, hasTables } from './create-attune-tables.ts';
import type { Database, DatabaseConnection } from './database.ts';
import { describeError } from './describe-error.ts';
import { describePlace } from './describe-place.ts';
import { openServer } from './embedded/open-server.ts';

export interface OpenOptions {
  /** Absolute; the embedded server keeps its data and log there. */
  readonly stateDir: string;
  readonly log: Logger;
  readonly redactor: Redactor;
  readonly signal: AbortSignal;
}

/**
 * Opens the database and proves that it answers. The embedded one is started, or joined, and given Attune's
 * tables where it has none; any other is not changed. The caller closes it.
 * @throws SyncError `database-unreachable` (retry soon), `database-login-refused`, `database-missing`,
 * `database-url`, `database-pooled`, and those of the embedded server. None shows the URL.
 */
export async function openDatabase(settings: DatabaseSettings, options: OpenOptions): Promise<Database> {
  if (settings.type === 'url') {
    const url = settings.lockUrl ?? settings.url;
    const connection = { connectionString: readUrl(url.reveal()) };
    options.redactor.know(url);
    options.redactor.know(new Secret(new pg.Client(connection).password ?? ''));
    return openConnection(connection, settings.schema, options.log);
  }
  const server = await openServer(options);
  let close = server.close;
  try {
    await server.createDatabase('attune');
    const { host, port, user } = server;
    const connection = { host, port, user, database: 'attune' };
    const database = await openConnection(connection, settings.schema, options.log, server.close);
    close = database.close;
    if (!(await hasTables(database))) await createAttuneTables(database);
    return database;
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * A pool on one connection setting.
 * @param closeServer called after the pool has closed.
 */
export async function openConnection(
  connection: DatabaseConnection,
  schema: string,
  log: Logger,
  closeServer: () => Promise<void> = async () => {},
): Promise<Database> {
  const place = describePlace(connection);
  // The first connection is opened apart from the pool, whose errors lose their cause.
  await connect(connection, schema, 'attune-sync').then(disconnect, (error: unknown) => {
    throw describeError(error, place);
  });
  const pool = knex({
    client: 'pg',
    connection: clientOptions(connection, 'attune-sync') as knex.Knex.PgConnectionConfig,
    acquireConnectionTimeout: 15_000,
    // Values of a failed statement have no place in what is said of it.
    compileSqlOnError: false,
    pool: {
      min: 0,
      max: 4,
      afterCreate: (client: pg.Client, done: (error: unknown, client: pg.Client) => void) => {
        setUpSession(client, schema).then(
          () => done(null, client),
          (error: unknown) => done(error, client),
        );
      },
    },
    // knex would print to standard output, which is for data.
    log: {
      debug: (message) => log.debug(String(message)),
      warn: (message) => log.warn(String(message)),
      error: (message) => log.error(String(message)),
      deprecate: (method, alternative) => log.debug(`knex: ${method} is deprecated, use ${alternative}`),
    },
  });
  // What Postgres said is for people; knex puts the whole statement before it.
  pool.on('query-error', (error: Error, { sql }: { sql: string }) => {
    if (!error.message.startsWith(`${sql} - `)) return;
    error.message = error.message.slice(sql.length + 3);
    log.debug(`Postgres refused a statement: ${error.message}`, { sql });
  });
  return {
    knex: pool,
    schema,
    connection,
    close: async () => {
      await pool.destroy();
      await closeServer();
    },
  };
}

/** Takes what would override ours out of the URL. */
function readUrl(value: unknown): string {
  const wrong = new SyncError('database-url', 'database.url is not a URL of PostgreSQL.', {
    hint: 'It looks like postgres://USER:PASSWORD@HOST:5432/DATABASE; special characters of the password are percent-encoded.',
  });
  if (typeof value !== 'string' || !/^postgres(ql)?:\/\//.test(value) || !canParse(value)) throw wrong;
  const mark = value.indexOf('?');
  if (mark < 0) return value;
  const parameters = new URLSearchParams(value.slice(mark + 1));
  parameters.delete('application_name');
  return `${value.slice(0, mark)}?${parameters}`;
}

function canParse(url: string): boolean {
  try {
    describePlace({ connectionString: url });
    return true;
  } catch {
    return false;
  }
}
