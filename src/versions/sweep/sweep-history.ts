import type { Knex } from 'knex';

/** Deleted at once; what is left goes with the next runs. */
const mostRuns = 200;

/**
 * Deletes runs of a manager that ended longer ago than `keepMs`, the oldest first. What later runs decide by stays: the
 * last one over all packs, which knows what the desired state gave, and removals of the last 24 hours.
 *
 * @returns how many runs went, with all their changes
 */
export async function sweepHistory(transaction: Knex.Transaction, manager: string, keepMs: number): Promise<number> {
  const { rowCount } = (await transaction.raw(
    `DELETE FROM attune_sync.run r
      USING (SELECT id FROM attune_sync.run WHERE manager = ? ORDER BY id LIMIT ${mostRuns}) oldest
      WHERE r.id = oldest.id AND r.ended < now() - ?::float8 * interval '1 millisecond'
        AND r.id <> ALL (SELECT max(id) FROM attune_sync.run WHERE manager = ? AND targets IS NULL)
        AND r.id <> ALL (SELECT max(id) FROM attune_sync.run WHERE manager = ?)
        AND NOT (r.ended > now() - interval '24 hours'
                 AND EXISTS (SELECT FROM attune_sync.run_change c WHERE c.run = r.id AND c.action IN ('remove', 'forget')))`,
    [manager, keepMs, manager, manager],
  )) as { rowCount: number };
  return rowCount;
}
