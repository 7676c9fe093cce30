import type { Knex } from 'knex';
import type { Json } from '../json.ts';
import type { Column, ColumnType } from '../packs/kinds.ts';
import { runStatement } from './run-statement.ts';

/** A row to write: columns by name, as JSON. */
export type Row = Readonly<Record<string, Json>>;

/** What a statement sets: the SQL for each column of the table, over the columns of `recordset`, and their types. */
export interface Shape {
  readonly types: Readonly<Record<string, ColumnType>>;
  readonly expressions: Readonly<Record<string, string>>;
}

/**
 * `jsonb_to_recordset(?::jsonb) AS r(…)`: a whole set of rows as one parameter, so that sets travel to Postgres
 * and not rows. JSON null becomes SQL NULL.
 */
export function recordset(columns: Readonly<Record<string, ColumnType>>): string {
  const typed = Object.entries(columns).map(([name, type]) => `${name} ${type}`);
  return `jsonb_to_recordset(?::jsonb) AS r(${typed.join(', ')})`;
}

/** Columns that are set to the values that travel under their names. */
export function shapeOfColumns(names: readonly string[], columns: Readonly<Record<string, Column>>): Shape {
  return {
    types: Object.fromEntries(names.map((name) => [name, columns[name]?.type ?? 'text'])),
    expressions: Object.fromEntries(names.map((name) => [name, `r.${name}`])),
  };
}

/** Runs one statement over a set of rows. */
export async function writeSet<T>(transaction: Knex.Transaction, sql: string, rows: readonly Row[]): Promise<T[]> {
  if (rows.length === 0) return [];
  return (await runStatement<T>(transaction, sql, [JSON.stringify(rows)])).rows;
}

/** Items with the same names together: one statement each. */
export function groupByNames<T>(items: readonly T[], namesOf: (item: T) => readonly string[]): readonly T[][] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const signature = [...namesOf(item)].sort().join(',');
    const group = groups.get(signature);
    if (group === undefined) groups.set(signature, [item]);
    else group.push(item);
  }
  return [...groups.values()];
}
