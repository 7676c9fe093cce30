import { SyncError } from '../errors.ts';
import type { Database } from './database.ts';
import { lockClass, locks } from './locks.ts';
import { escapeBindings, readMigrations } from './read-migrations.ts';

/**
 * Creates Attune's own tables, all in one transaction: a schema with half of them would be refused for ever,
 * for only a schema without tables is taken.
 * @returns the names of the migrations; none where another process created them at the same moment.
 * @throws SyncError `attune-tables-exist` where the schema has tables of another kind.
 */
export async function createAttuneTables(database: Database): Promise<readonly string[]> {
  const migrations = await readMigrations('attune');
  return database.knex.transaction(async (transaction) => {
    await transaction.raw(`SELECT pg_advisory_xact_lock(${lockClass}, ${locks.create})`);
    const tables = await listTables({ ...database, knex: transaction });
    if (tables.includes('pack')) return [];
    if (tables.length > 0) {
      throw new SyncError(
        'attune-tables-exist',
        `Schema ${database.schema} has tables already (${tables.slice(0, 5).join(', ')}).`,
        { hint: "Attune's tables are only created in a schema without tables: give another database.schema." },
      );
    }
    await transaction.raw('CREATE SCHEMA IF NOT EXISTS ??', [database.schema]);
    for (const { sql } of migrations) await transaction.raw(escapeBindings(sql));
    return migrations.map(({ name }) => name);
  });
}

/** True where Attune's schema holds any table or view, anyone's. */
export async function hasTables(database: Database): Promise<boolean> {
  return (await listTables(database)).length > 0;
}

async function listTables({ knex, schema }: Pick<Database, 'knex' | 'schema'>): Promise<string[]> {
  const { rows } = (await knex.raw(
    `SELECT c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = ? AND c.relkind IN ('r', 'p', 'v', 'm', 'f') ORDER BY 1`,
    [schema],
  )) as { rows: { name: string }[] };
  return rows.map(({ name }) => name);
}
