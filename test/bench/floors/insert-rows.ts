import type pg from 'pg';
import { connect } from '../../../src/database/connect.ts';
import type { Database } from '../../../src/database/database.ts';
import { kinds } from '../../../src/packs/kinds.ts';
import { timed } from '../measure.ts';

/** Rows of Attune's, as text of JSON, and the statement that writes them into a copy of their table. */
interface CopiedTable {
  readonly create: string;
  readonly insert: string;
  readonly rows: string;
}

/**
 * Writes the packs and components that are in the database once more, into empty tables of the same columns, checks
 * and indexes: one `INSERT … SELECT FROM jsonb_to_recordset` a table, all in one transaction. In ms.
 */
export async function insertRows({ connection, schema }: Database): Promise<number> {
  const client = await connect(connection, schema, 'attune-sync-bench');
  try {
    const tables: CopiedTable[] = [];
    for (const table of ['pack', ...kinds.map(({ table }) => table)]) tables.push(await copyTable(client, table));
    await client.query('DROP SCHEMA IF EXISTS bench_floor CASCADE');
    await client.query('CREATE SCHEMA bench_floor');
    for (const { create } of tables) await client.query(create);
    return await timed(async () => {
      await client.query('BEGIN');
      for (const { insert, rows } of tables) await client.query(insert, [rows]);
      await client.query('COMMIT');
    });
  } finally {
    await client.end();
  }
}

async function copyTable(client: pg.Client, table: string): Promise<CopiedTable> {
  const columns = await client.query<{ name: string; type: string }>(
    `SELECT quote_ident(attname) AS name, format_type(atttypid, atttypmod) AS type FROM pg_attribute
     WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''`,
    [table],
  );
  const names = columns.rows.map(({ name }) => name).join(', ');
  const shape = columns.rows.map(({ name, type }) => `${name} ${type}`).join(', ');
  const found = await client.query<{ rows: string | null }>(`SELECT jsonb_agg(t)::text AS rows FROM ${table} t`);
  return {
    create: `CREATE TABLE bench_floor.${table} (LIKE ${table} INCLUDING ALL)`,
    insert: `INSERT INTO bench_floor.${table} (${names}) OVERRIDING SYSTEM VALUE
      SELECT ${names} FROM jsonb_to_recordset($1::jsonb) AS r(${shape})`,
    rows: found.rows[0]?.rows ?? '[]',
  };
}
