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
}

/** The manager's last recorded run with what became of each pack in it; null where there was none. */
export async function readLastRun(
  knex: Knex,
  manager: string,
): Promise<{ readonly run: RunRow; readonly changes: readonly RunChangeRow[] } | null> {
  const run = await knex('attune_sync.run')
    .where({ manager })
    .orderBy('id', 'desc')
    .first('id', 'cause', 'who', 'started', 'ended', 'outcome');
  if (run === undefined) return null;
  const changes = await knex('attune_sync.run_change')
    .where({ run: run.id })
    .orderBy('position')
    .select('pack', 'action', 'reason', 'outcome', 'message');
  return { run, changes };
}
