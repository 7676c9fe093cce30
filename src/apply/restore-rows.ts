import type { Knex } from 'knex';

/** Where rows that were set aside go back to. */
export interface RestoreTarget {
  readonly table: string;
  /** SQL for columns that cannot be what they were (ids of rows that were made anew), over `v`, the row set aside. */
  readonly columns: Readonly<Record<string, string>>;
  /** The column that tells the restored rows apart: `id`, where the table has one. */
  readonly identity: string;
}

/**
 * Puts rows that were set aside back, all that can be: one that would break a constraint, because a person made the
 * same anew or what it points at is gone, stays set aside. Nothing is ever overwritten. A row gets its old id back
 * where nobody has it, so that whatever remembers that id is right again.
 *
 * @param ids of `attune_sync.preserved`
 * @returns those that were restored
 */
export async function restoreRows(
  transaction: Knex.Transaction,
  target: RestoreTarget,
  ids: readonly string[],
): Promise<readonly string[]> {
  if (ids.length === 0) return [];
  try {
    return await transaction.transaction((savepoint) => insertRows(savepoint, target, ids));
  } catch (error) {
    if (!breaksConstraint(error)) throw error;
    if (ids.length === 1) return [];
    const half = Math.ceil(ids.length / 2);
    return [
      ...(await restoreRows(transaction, target, ids.slice(0, half))),
      ...(await restoreRows(transaction, target, ids.slice(half))),
    ];
  }
}

async function insertRows(
  transaction: Knex.Transaction,
  { table, columns, identity }: RestoreTarget,
  ids: readonly string[],
): Promise<readonly string[]> {
  const known = await columnsOf(transaction, table, ids);
  const given = { ...(known.includes('id') ? { id: newId(table) } : {}), ...columns };
  const made = Object.entries(given).map(([name, sql]) => `${sql} AS to_${name}`);
  const values = known.map((name) => (Object.hasOwn(given, name) ? `g.to_${name}` : `x.${name}`));
  const { rows } = (await transaction.raw(
    `WITH given AS MATERIALIZED (
       SELECT v.id AS set_aside, v.value, ${made.join(', ')}
         FROM attune_sync.preserved v WHERE v.id = ANY(?::bigint[]) ORDER BY v.id DESC
     ), made AS (
       INSERT INTO ${table} (${known.join(', ')})
       SELECT ${values.join(', ')}
         FROM given g, jsonb_populate_record((SELECT t FROM ${table} t WHERE FALSE), g.value) x
       ON CONFLICT DO NOTHING RETURNING ${identity} AS made
     )
     UPDATE attune_sync.preserved p SET restored = now()
       FROM given g JOIN made m ON m.made = g.to_${identity} WHERE p.id = g.set_aside RETURNING p.id`,
    [[...ids]],
  )) as { rows: { id: string }[] };
  return rows.map(({ id }) => id);
}

/** The id that the row had, where it is free and the sequence will not come to it. */
function newId(table: string): string {
  const sequence = `pg_get_serial_sequence('${table}', 'id')`;
  const old = `(v.value ->> 'id')::bigint`;
  return `CASE WHEN ${old} <= pg_sequence_last_value(${sequence}::regclass)
               AND NOT EXISTS (SELECT FROM ${table} taken WHERE taken.id = ${old})
              THEN ${old} ELSE nextval(${sequence}) END`;
}

/** Columns that the rows were set aside with and that the table still has; what came since gets its default. */
async function columnsOf(transaction: Knex.Transaction, table: string, ids: readonly string[]): Promise<string[]> {
  const { rows } = (await transaction.raw(
    `SELECT a.attname AS name FROM pg_attribute a
      WHERE a.attrelid = ?::regclass AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
        AND NOT EXISTS (SELECT FROM attune_sync.preserved v
                         WHERE v.id = ANY(?::bigint[]) AND NOT jsonb_exists(v.value, a.attname::text))
      ORDER BY a.attnum`,
    [table, [...ids]],
  )) as { rows: { name: string }[] };
  return rows.map(({ name }) => name);
}

/** Class 23 of Postgres's codes. */
function breaksConstraint(error: unknown): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith('23');
}
