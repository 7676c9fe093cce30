import type { Knex } from 'knex';
import type { Suspension } from '../actual/safeguards.ts';
import { SyncError } from '../errors.ts';
import { hintOfBlock } from '../plan/hint-of-block.ts';
import type { PackChange } from '../plan/plan.ts';
import { saySuspension } from '../plan/suspensions.ts';

interface Row extends Omit<Suspension, 'since' | 'until'> {
  readonly created: Date;
  readonly expires: Date | null;
}

export const suspendedCode = 'suspended';

/**
 * Nobody waits for a run to end before they suspend a pack: each change asks once more, in its own transaction, whether
 * somebody did since it was planned. A rollback goes through, as it does in the plan.
 *
 * @throws SyncError `suspended`
 */
export async function refuseSuspended(
  transaction: Knex.Transaction,
  { ref, hold }: Pick<PackChange, 'ref' | 'hold'>,
  manager: string,
): Promise<void> {
  if (hold?.op === 'begin') return;
  const { rows } = (await transaction.raw(
    `SELECT pack, reason, who, created, expires FROM attune_sync.suspension
      WHERE manager = ? AND (pack IS NULL OR pack = ?) AND (expires IS NULL OR expires > now())
      ORDER BY pack NULLS FIRST LIMIT 1`,
    [manager, ref],
  )) as { rows: Row[] };
  const [found] = rows;
  if (found === undefined) return;
  const { pack, reason, who, created, expires } = found;
  const until = expires?.toISOString() ?? null;
  const suspension = { pack, reason, who, by: 'command', since: created.toISOString(), until, where: null } as const;
  const hint = hintOfBlock(suspendedCode);
  throw new SyncError(suspendedCode, saySuspension(suspension), hint === undefined ? {} : { hint });
}
