import type { Knex } from 'knex';
import { allPacks } from '../suspensions/write-suspensions.ts';

/** One change of one pack, or a run that changed none. */
export interface HistoryRow {
  readonly run: string;
  readonly manager: string;
  readonly cause: string;
  readonly who: string;
  readonly started: Date;
  readonly ended: Date;
  /** Of the change; of a run without one, that of the run. */
  readonly outcome: string;
  /** Null: the run as a whole; `*`: all packs were suspended, or resumed. */
  readonly pack: string | null;
  readonly action: string | null;
  readonly reason: string | null;
  readonly message: string | null;
  readonly fromVersion: string | null;
  readonly fromCommit: string | null;
  readonly toVersion: string | null;
  readonly toCommit: string | null;
  readonly durationMs: number | null;
}

export interface HistoryQuery {
  /** Whose runs; of one pack, every manager's. */
  readonly manager: string;
  readonly ref?: string;
  readonly since?: Date;
  /** Only runs before this one. */
  readonly before?: string;
  /** Only this one. */
  readonly run?: string;
  readonly limit: number;
}

/** Changes of packs, newest first, and runs that changed none but recorded trouble. */
export async function readHistory(
  knex: Knex,
  { manager, ref, since, before, run, limit }: HistoryQuery,
): Promise<HistoryRow[]> {
  const rows = knex('attune_sync.run as r')
    .leftJoin('attune_sync.run_change as c', 'c.run', 'r.id')
    .orderBy('r.id', 'desc')
    .orderBy('c.position', 'desc')
    .limit(limit)
    .select({
      run: 'r.id',
      manager: 'r.manager',
      cause: 'r.cause',
      who: 'r.who',
      started: 'r.started',
      ended: 'r.ended',
      outcome: knex.raw('coalesce(c.outcome, r.outcome)'),
      pack: 'c.pack',
      action: 'c.action',
      reason: 'c.reason',
      message: 'c.message',
      fromVersion: 'c.from_version',
      fromCommit: 'c.from_commit',
      toVersion: 'c.to_version',
      toCommit: 'c.to_commit',
      durationMs: 'c.duration_ms',
    });
  if (ref === undefined) rows.where('r.manager', manager);
  else rows.where((of) => of.where('c.pack', ref).orWhere({ 'c.pack': allPacks, 'r.manager': manager }));
  if (since !== undefined) rows.where('r.ended', '>=', since);
  if (before !== undefined) rows.where('r.id', '<', before);
  if (run !== undefined) rows.where('r.id', run);
  return (await rows) as HistoryRow[];
}
