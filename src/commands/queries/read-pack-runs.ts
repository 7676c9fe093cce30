import type { Knex } from 'knex';

/** What one run did, or could not do, to a pack. */
export interface PackRunRow {
  readonly run: string;
  readonly ended: Date;
  readonly cause: string;
  readonly who: string;
  readonly action: string;
  readonly reason: string;
  readonly outcome: string;
  readonly message: string | null;
  readonly fromVersion: string | null;
  readonly toVersion: string | null;
}

/** The last runs that concerned the pack, newest first. */
export async function readPackRuns(knex: Knex, pack: string, limit: number): Promise<PackRunRow[]> {
  return knex('attune_sync.run_change as c')
    .join('attune_sync.run as r', 'r.id', 'c.run')
    .where('c.pack', pack)
    .orderBy('c.run', 'desc')
    .limit(limit)
    .select({
      run: 'r.id',
      ended: 'r.ended',
      cause: 'r.cause',
      who: 'r.who',
      action: 'c.action',
      reason: 'c.reason',
      outcome: 'c.outcome',
      message: 'c.message',
      fromVersion: 'c.from_version',
      toVersion: 'c.to_version',
    });
}
