import type { Knex } from 'knex';
import type { Json } from '../json.ts';
import type { Column, ColumnType } from '../packs/kinds.ts';

/** A row to write: columns by name, as JSON. */
export type Row = Readonly<Record<string, Json>>;

/**
 * `jsonb_to_recordset(?::jsonb) AS r(…)`: a whole set of rows as one parameter, so that sets travel to Postgres
 * and not rows. JSON null becomes SQL NULL.
 */
export function recordset(columns: Readonly<Record<string, ColumnType>>): string {
  const typed = Object.entries(columns).map(([name, type]) => `${name} ${type}`);
  return `jsonb_to_recordset(?::jsonb) AS r(${typed.join(', ')})`;
}

/** The types of some columns, for `recordset`. */
export function typesOf(
  names: readonly string[],
  columns: Readonly<Record<string, Column>>,
): Record<string, ColumnType> {
  return Object.fromEntries(names.map((name) => [name, columns[name]?.type ?? 'text']));
}

/** Runs one statement over a set of rows. */
export async function writeSet<T>(transaction: Knex.Transaction, sql: string, rows: readonly Row[]): Promise<T[]> {
  if (rows.length === 0) return [];
  return ((await transaction.raw(sql, [JSON.stringify(rows)])) as { rows: T[] }).rows;
}

/** Rows with the same columns together: one statement each. */
export function groupByColumns<T>(
  items: readonly T[],
  columnsOf: (item: T) => readonly string[],
): ReadonlyMap<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const signature = [...columnsOf(item)].sort().join(',');
    const group = groups.get(signature);
    if (group === undefined) groups.set(signature, [item]);
    else group.push(item);
  }
  return groups;
}
