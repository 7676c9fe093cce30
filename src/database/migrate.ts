import { randomBytes } from 'node:crypto';
import type { Knex } from 'knex';
import { SyncError } from '../errors.ts';
import type { Database, Writer } from './database.ts';
import { describeError } from './describe-error.ts';
import { describePlace } from './describe-place.ts';
import { inspectAttune } from './inspect-attune.ts';
import { escapeBindings, type Migration, readMigrations } from './read-migrations.ts';

/** State of the schema `attune_sync`. */
export interface MigrationStatus {
  /** Names of the migrations, in their order. */
  readonly applied: readonly string[];
  readonly pending: readonly string[];
}

/**
 * Brings `attune_sync` up to date, each migration in a transaction of its own on the writer's connection,
 * so that two processes at once cannot meet. Nothing is written where nothing is pending, nor in a database that is
 * not one of Attune.
 * @returns the names of the migrations that were applied.
 * @throws SyncError `schema-newer` where the database knows a migration that this program does not, and those of
 * `inspectAttune`.
 */
export async function migrateSync(database: Database, writer: Writer): Promise<readonly string[]> {
  const migrations = await readMigrations('sync');
  const { pending } = await migrationStatus(database, migrations);
  if (pending.length > 0) await inspectAttune(database);
  for (const name of pending) {
    await writer.transaction(async (transaction) => {
      await transaction.raw('CREATE SCHEMA IF NOT EXISTS attune_sync');
      await transaction.migrate.up({
        migrationSource: sourceOf(migrations),
        schemaName: 'attune_sync',
        tableName: 'migration',
        name,
      } as Knex.MigratorConfig);
      await transaction('attune_sync.settings')
        .insert({ key: 'secret_key', value: randomBytes(32).toString('hex') })
        .onConflict('key')
        .ignore();
    });
  }
  return pending;
}

/**
 * What is applied and what is pending; reads only.
 * @throws SyncError `schema-newer`.
 */
export async function migrationStatus(
  database: Database,
  migrations: readonly Migration[] | undefined = undefined,
): Promise<MigrationStatus> {
  const known = (migrations ?? (await readMigrations('sync'))).map(({ name }) => name);
  const applied = await readApplied(database).catch((error: unknown) => {
    throw describeError(error, describePlace(database.connection));
  });
  const unknown = applied.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw new SyncError(
      'schema-newer',
      `The database has a newer schema attune_sync than this program knows (${unknown.join(', ')}).`,
      { hint: 'Use at least the release that wrote it.' },
    );
  }
  return { applied, pending: known.filter((name) => !applied.includes(name)) };
}

/**
 * Name of the last migration of `attune_sync`, or null where it does not exist; for those who only read.
 * @throws SyncError `schema-newer`, and `schema-older` where a migration is pending.
 */
export async function syncSchemaVersion(database: Database): Promise<string | null> {
  const { applied, pending } = await migrationStatus(database);
  if (applied.length > 0 && pending.length > 0) {
    throw new SyncError('schema-older', `The schema attune_sync lacks ${pending.join(', ')}.`, {
      hint: 'Run attune-sync migrate.',
    });
  }
  return applied.at(-1) ?? null;
}

async function readApplied({ knex }: Database): Promise<string[]> {
  // The catalogue, which every role may read, unlike to_regclass of a schema without USAGE.
  const found = (await knex.raw(
    `SELECT EXISTS (SELECT FROM pg_tables WHERE schemaname = 'attune_sync' AND tablename = 'migration') AS found`,
  )) as {
    rows: { found: boolean }[];
  };
  if (found.rows[0]?.found !== true) return [];
  const { rows } = (await knex.raw('SELECT name FROM attune_sync.migration ORDER BY id')) as {
    rows: { name: string }[];
  };
  return rows.map(({ name }) => name);
}

/** Names carry no extension, so that what was applied from a `.ts` tree is known to a compiled one. */
function sourceOf(migrations: readonly Migration[]): Knex.MigrationSource<Migration> {
  return {
    getMigrations: async () => [...migrations],
    getMigrationName: ({ name }) => name,
    getMigration: async ({ sql }) => ({
      up: async (knex) => {
        await knex.raw(escapeBindings(sql));
      },
      down: () => Promise.reject(new Error('migrations only go forward')),
    }),
  };
}
