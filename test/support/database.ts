import { createHash, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after } from 'node:test';
import pg from 'pg';
import type { DatabaseSettings } from '../../src/config/config.ts';
import { connect } from '../../src/database/connect.ts';
import { createAttuneTables } from '../../src/database/create-attune-tables.ts';
import type { Database, DatabaseConnection } from '../../src/database/database.ts';
import type { EmbeddedServer } from '../../src/database/embedded/open-server.ts';
import { migrateSync } from '../../src/database/migrate.ts';
import { openConnection } from '../../src/database/open-database.ts';
import { escapeBindings, readMigrations } from '../../src/database/read-migrations.ts';
import { withWriter } from '../../src/database/writer-lock.ts';
import { Secret } from '../../src/secret.ts';
import { databaseUrl, openSharedServer, serverUrl, serverVariable, silentLogger } from './server.ts';

/** A database of its own, cloned from a template, that its test drops. */
export interface TestDatabase extends AsyncDisposable {
  readonly database: Database;
  readonly connection: DatabaseConnection;
  /** For `openDatabase` and configuration files: the plain URL, and settings with it. */
  readonly url: string;
  readonly settings: DatabaseSettings;
  drop(): Promise<void>;
}

export interface TestDatabaseOptions {
  /**
   * `ours`: the tables this tool creates; `attune`: a database as Attune itself made it, with its own
   * foreign keys and without runtime_version; `empty`: no tables at all.
   */
  readonly like?: 'ours' | 'attune' | 'empty';
  /** Whether `attune_sync` is there and up to date; yes where not given, except in an empty one. */
  readonly sync?: boolean;
}

/** Attune's schema in test databases. */
const schema = 'attune';

/** Makes a database; use it with `await using`, or `drop()` it in an `after`. */
export async function createTestDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const server = await testServer();
  const name = `attune_sync_test_${randomBytes(6).toString('hex')}`;
  const like = options.like ?? 'ours';
  const sync = options.sync ?? like !== 'empty';
  const template = await prepareTemplate(server, like, sync);
  await asAdmin(server, (admin) => cloneDatabase(admin, template, name));
  const url = databaseUrl(server, name);
  const connection = { connectionString: url };
  const database = await openConnection(connection, schema, silentLogger);
  const drop = async () => {
    await database.close();
    await asAdmin(server, (admin) => admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
  };
  return {
    database,
    connection,
    url,
    settings: { type: 'url', url: new Secret(url), schema },
    drop,
    [Symbol.asyncDispose]: drop,
  };
}

let embedded: Promise<EmbeddedServer> | undefined;

// A file run by hand joins or starts a server of its own, which the last such process stops.
after(async () => {
  if (embedded !== undefined) await (await embedded).close();
});

async function testServer(): Promise<string> {
  const given = process.env[serverVariable] ?? process.env.TEST_DATABASE_URL;
  if (given !== undefined && given !== '') return given;
  embedded ??= openSharedServer();
  return serverUrl(await embedded);
}

async function asAdmin<T>(server: string, work: (admin: pg.Client) => Promise<T>): Promise<T> {
  const admin = await connect({ connectionString: server }, schema, 'attune-sync tests');
  try {
    return await work(admin);
  } finally {
    await admin.end();
  }
}

const templates = new Map<string, Promise<string>>();

function prepareTemplate(server: string, like: 'ours' | 'attune' | 'empty', sync: boolean): Promise<string> {
  const key = `${like} ${sync}`;
  const prepared = templates.get(key) ?? makeTemplate(server, like, sync);
  templates.set(key, prepared);
  return prepared;
}

/** One template for all processes, named by what it is made of; it appears under its name when it is whole. */
async function makeTemplate(server: string, like: 'ours' | 'attune' | 'empty', sync: boolean): Promise<string> {
  if (like === 'empty' && !sync) return 'template1';
  const differences = await readFile(join(import.meta.dirname, 'attune-schema', 'differences.sql'), 'utf8');
  const sources = JSON.stringify([await readMigrations('attune'), await readMigrations('sync'), differences]);
  const digest = createHash('sha256').update(sources).digest('hex').slice(0, 8);
  const name = `attune_sync_template_${like}${sync ? '_sync' : ''}_${digest}`;
  await asAdmin(server, async (admin) => {
    await admin.query('SELECT pg_advisory_lock(hashtext($1))', [name]);
    const { rowCount } = await admin.query('SELECT FROM pg_database WHERE datname = $1', [name]);
    if (rowCount !== 0) return;
    await admin.query(`DROP DATABASE IF EXISTS ${name}_draft WITH (FORCE)`);
    await admin.query(`CREATE DATABASE ${name}_draft`);
    const database = await openConnection(
      { connectionString: databaseUrl(server, `${name}_draft`) },
      schema,
      silentLogger,
    );
    if (like !== 'empty') await createAttuneTables(database);
    if (like === 'attune') await database.knex.raw(escapeBindings(differences));
    if (sync) await withWriter(database, writerOptions, (writer) => migrateSync(database, writer));
    await database.close();
    await admin.query(`ALTER DATABASE ${name}_draft RENAME TO ${name}`);
  });
  return name;
}

const writerOptions = { holder: 'tests', timeoutMs: 10_000, signal: new AbortController().signal };

/** @param template nobody may be connected to it */
export async function cloneDatabase(admin: pg.Client, template: string, name: string): Promise<void> {
  const { rows } = await admin.query<{ version: string; fsync: string }>(
    `SELECT current_setting('server_version_num') AS version, current_setting('fsync') AS fsync`,
  );
  // Twice as fast as the default, but only where the server does not wait for the disk.
  const isFaster = Number(rows[0]?.version) >= 150_000 && rows[0]?.fsync === 'off';
  const strategy = isFaster ? ' STRATEGY FILE_COPY' : '';
  await admin.query(`CREATE DATABASE ${pg.escapeIdentifier(name)} TEMPLATE ${template}${strategy}`);
}
