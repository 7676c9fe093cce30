import type { Knex } from 'knex';
import { managerLocks } from './locks.ts';

/** A daemon that is connected now. */
export interface ConnectedDaemon {
  /** `user@host`, as far as Postgres keeps it. */
  readonly name: string;
  readonly pid: number;
  readonly leads: boolean;
  /** Of its connection; null where its role hides it from ours. */
  readonly since: Date | null;
}

/** Before the name of a daemon in `application_name`. */
export const daemonPrefixes = { leader: 'attune-sync leader ', standby: 'attune-sync standby ' } as const;

/** The daemons of a manager, the one that leads first, then by name. Any role may ask. */
export async function readDaemons(knex: Knex, manager: string): Promise<readonly ConnectedDaemon[]> {
  const { rows } = (await knex.raw(
    `SELECT pid, activity.application_name AS name, activity.backend_start AS since,
            bool_or(held.classid = ${managerLocks.leader}) AS leads
     FROM pg_locks held JOIN pg_stat_activity activity USING (pid)
     WHERE ${heldOfManager('?')} AND held.classid IN (${managerLocks.leader}, ${managerLocks.daemon})
     GROUP BY pid, name, since ORDER BY leads DESC, name, pid`,
    [manager],
  )) as { rows: (Omit<ConnectedDaemon, 'name'> & { name: string | null })[] };
  return rows.map((row) => ({ ...row, name: nameOfDaemon(row.name) }));
}

/** SQL that picks the granted locks of a manager out of `pg_locks held`. */
export function heldOfManager(manager: string): string {
  return `held.locktype = 'advisory' AND held.granted AND held.objsubid = 2 AND held.objid = hashtext(${manager})::oid
     AND held.database = (SELECT oid FROM pg_database WHERE datname = current_database())`;
}

export function nameOfDaemon(applicationName: string | null): string {
  const prefix = Object.values(daemonPrefixes).find((one) => applicationName?.startsWith(one)) ?? '';
  return applicationName?.slice(prefix.length) || 'another process';
}
