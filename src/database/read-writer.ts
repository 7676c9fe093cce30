import type { Database } from './database.ts';
import { lockClass, locks } from './locks.ts';

/** Who holds the writer lock. */
export interface WriterHolder {
  readonly name: string;
  /** Unknown where the holder's role hides it from ours. */
  readonly since: Date | null;
}

/** Before the holder's name in `application_name`. */
export const applicationPrefix = 'attune-sync writer ';

/** Who holds the writer lock now, or undefined; reads only. */
export async function readWriter({ knex }: Database): Promise<WriterHolder | undefined> {
  const { rows } = (await knex.raw(
    `SELECT activity.application_name AS name, activity.backend_start AS since
     FROM pg_locks held LEFT JOIN pg_stat_activity activity USING (pid)
     WHERE held.locktype = 'advisory' AND held.granted AND held.objsubid = 2
       AND held.classid = ${lockClass} AND held.objid = ${locks.writer}
       AND held.database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
  )) as { rows: { name: string | null; since: Date | null }[] };
  const [row] = rows;
  if (row === undefined) return undefined;
  return { name: (row.name ?? '').replace(applicationPrefix, '') || 'another process', since: row.since };
}
