import type { Knex } from 'knex';
import type { ApprovedChange } from '../../actual/safeguards.ts';

/** An approval that is valid or was lately. */
export interface ApprovalRow {
  /** The id of the approved set. */
  readonly plan: string;
  readonly who: string;
  readonly why: string | null;
  readonly created: Date;
  readonly expires: Date;
  readonly isExpired: boolean;
  readonly changes: readonly ApprovedChange[];
  /** Packs whose change was applied by it, sorted. */
  readonly used: readonly string[];
}

/** The manager's approvals, newest first, at most as many. */
export async function readApprovals(knex: Knex, manager: string, most: number): Promise<readonly ApprovalRow[]> {
  const { rows } = (await knex.raw(
    `SELECT a.plan, a.who, a.why, a.created, a.expires, a.expires <= now() AS "isExpired", a.changes,
            ARRAY(SELECT u.pack FROM attune_sync.approval_use u WHERE u.approval = a.id ORDER BY u.pack) AS used
       FROM attune_sync.approval a WHERE a.manager = ? ORDER BY a.id DESC LIMIT ?`,
    [manager, most],
  )) as { rows: ApprovalRow[] };
  return rows;
}
