import type { Database } from '../../src/database/database.ts';

export interface Writes {
  /** Of the whole server: what else writes while it is counted is counted too. */
  readonly walBytes: number;
  /** Taken from sequences of this database. */
  readonly sequenceValues: number;
}

/** Tidies up behind earlier writes, which Postgres otherwise does, and logs, at the next read. */
export async function settleWrites({ knex }: Database): Promise<void> {
  await knex.raw('VACUUM ANALYZE');
  await knex.raw('VACUUM pg_catalog.pg_statistic, pg_catalog.pg_class');
  await knex.raw('CHECKPOINT');
}

/** What the work wrote to Postgres. */
export async function countWrites(database: Database, work: () => Promise<void>): Promise<Writes> {
  const before = await position(database);
  await work();
  const after = await position(database);
  return { walBytes: after.wal - before.wal, sequenceValues: after.sequences - before.sequences };
}

async function position({ knex }: Database): Promise<{ wal: number; sequences: number }> {
  const { rows } = (await knex.raw(
    `SELECT (pg_current_wal_insert_lsn() - '0/0'::pg_lsn)::text AS wal,
            (SELECT coalesce(sum(last_value), 0)::text FROM pg_sequences) AS sequences`,
  )) as { rows: { wal: string; sequences: string }[] };
  return { wal: Number(rows[0]?.wal), sequences: Number(rows[0]?.sequences) };
}
