import type { Knex } from 'knex';

/** What waits in the outbox of a manager. */
export interface WaitingAnnouncements {
  readonly count: number;
  /** When the change was made that waits longest; null where nothing waits. */
  readonly oldest: Date | null;
}

const none: WaitingAnnouncements = { count: 0, oldest: null };

/** Reads only. Before the first apply, and in a schema of an earlier release, nothing waits. */
export async function readWaiting(knex: Knex, manager: string): Promise<WaitingAnnouncements> {
  // The catalogue, which every role may read, unlike to_regclass of a schema without USAGE.
  const tables = (await knex.raw(
    `SELECT FROM pg_tables WHERE schemaname = 'attune_sync' AND tablename = 'announcement'`,
  )) as { rows: unknown[] };
  if (tables.rows.length === 0) return none;
  const { rows } = (await knex.raw(
    'SELECT count(*)::int AS count, min(created) AS oldest FROM attune_sync.announcement WHERE manager = ?',
    [manager],
  )) as { rows: WaitingAnnouncements[] };
  return rows[0] ?? none;
}
