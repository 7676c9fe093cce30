import { createHash } from 'node:crypto';
import type { Knex } from 'knex';

export interface StatementResult<T> {
  readonly rows: T[];
  readonly rowCount: number;
}

/**
 * Runs one statement that comes again with every pack. It has a name, so that Postgres reads and plans it once for
 * the connection, which lives as long as the run.
 *
 * @param sql with `?` for each of `values`; what differs from pack to pack is a value and never part of it
 */
export async function runStatement<T = never>(
  transaction: Knex.Transaction,
  sql: string,
  values: readonly Knex.RawBinding[],
): Promise<StatementResult<T>> {
  const name = createHash('sha256').update(sql).digest('hex').slice(0, 32);
  return (await transaction.raw(sql, [...values]).options({ name })) as StatementResult<T>;
}
