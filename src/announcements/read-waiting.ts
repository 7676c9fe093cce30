import type { Knex } from 'knex';

/** What waits in the outbox of a manager. */
export interface WaitingAnnouncements {
  readonly count: number;
  /** When the change was made that waits longest; null where nothing waits. */
  readonly oldest: Date | null;
}

/** Reads only. The tables of `attune_sync` must be there. */
export async function readWaiting(knex: Knex, manager: string): Promise<WaitingAnnouncements> {
  const { rows } = (await knex.raw(
    'SELECT count(*)::int AS count, min(created) AS oldest FROM attune_sync.announcement WHERE manager = ?',
    [manager],
  )) as { rows: WaitingAnnouncements[] };
  return rows[0] ?? { count: 0, oldest: null };
}
