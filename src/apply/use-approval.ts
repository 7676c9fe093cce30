import type { Knex } from 'knex';
import { SyncError } from '../errors.ts';
import type { PackChange } from '../plan/plan.ts';

/**
 * Uses up what let a change through, in the transaction that applies it: once a pack, so that a run that is cut off
 * leaves the rest of the set approved.
 * @throws SyncError `approval-over` where it expired or was used since the plan was made; nothing of the pack is written then
 */
export async function useApproval(
  transaction: Knex.Transaction,
  { ref, approval }: Pick<PackChange, 'ref' | 'approval'>,
  run: string,
): Promise<void> {
  if (approval === null) return;
  const { rows } = (await transaction.raw(
    `INSERT INTO attune_sync.approval_use (approval, pack, run)
     SELECT a.id, ?, ?::bigint FROM attune_sync.approval a WHERE a.id = ?::bigint AND a.expires > clock_timestamp()
     ON CONFLICT DO NOTHING RETURNING pack`,
    [ref, run, approval.id],
  )) as { rows: unknown[] };
  if (rows.length > 0) return;
  throw new SyncError('approval-over', `the approval of ${ref} by ${approval.who} expired or was used meanwhile`, {
    hint: 'Look at the new plan; it says how to approve what it holds back.',
    retry: 'soon',
  });
}
