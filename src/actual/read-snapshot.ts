import type { Knex } from 'knex';

/**
 * Postgres's name for this moment, of the whole server: equal names mean that no transaction that writes, by
 * whomever, began or ended in between, and so that reading again would give the same.
 */
export async function readSnapshot(transaction: Knex.Transaction): Promise<string> {
  const { rows } = (await transaction.raw('SELECT pg_current_snapshot()::text AS snapshot')) as {
    rows: { snapshot: string }[];
  };
  return rows[0]?.snapshot ?? '';
}
