import type { Knex } from 'knex';

export interface RunRow {
  readonly id: string;
  readonly cause: string;
  readonly who: string;
  readonly started: Date;
  readonly ended: Date;
  readonly outcome: string;
}

export interface RunChangeRow {
  readonly pack: string;
  readonly action: string;
  readonly reason: string;
  readonly outcome: string;
  readonly message: string | null;
  /** The run it was in: the last over all packs, or a later one. */
  readonly run: string;
  readonly who: string;
  readonly ended: Date;
}

export interface LastRun {
  readonly run: RunRow;
  readonly changes: readonly RunChangeRow[];
  /** Documents each entry of the desired state gave. */
  readonly entries: Readonly<Record<string, number>>;
}

/**
 * The manager's last recorded run over all packs, with what became of each pack in it or in a later run over some
 * packs; null where there was none. That something was approved, swept, suspended or resumed is not what became of it.
 */
export async function readLastRun(knex: Knex, manager: string): Promise<LastRun | null> {
  const row = await knex('attune_sync.run')
    .where({ manager })
    .whereNull('targets')
    .orderBy('id', 'desc')
    .first('id', 'cause', 'who', 'started', 'ended', 'outcome', 'entries');
  if (row === undefined) return null;
  const { entries, ...run } = row;
  const { rows } = (await knex.raw(
    `SELECT DISTINCT ON (c.pack) c.pack, c.action, c.reason, c.outcome, c.message, c.run, r.who, r.ended
       FROM attune_sync.run_change c JOIN attune_sync.run r ON r.id = c.run
      WHERE r.manager = ? AND c.run >= ? AND c.action NOT IN ('approve', 'sweep', 'suspend', 'resume') ORDER BY c.pack, c.run DESC, c.position DESC`,
    [manager, run.id],
  )) as { rows: RunChangeRow[] };
  return { run, changes: rows, entries };
}
