import type { Knex } from 'knex';
import type { Approval, ApprovedChange, Safeguards, Suspension } from './safeguards.ts';

interface Row {
  now: Date;
  removed: readonly { readonly pack: string; readonly at: string }[];
  approvals: readonly ApprovalRow[];
  suspensions: readonly SuspensionRow[];
}

interface SuspensionRow extends Pick<Suspension, 'pack' | 'reason' | 'who'> {
  readonly created: string;
  readonly expires: string | null;
}

interface ApprovalRow {
  readonly id: string;
  readonly who: string;
  readonly why: string | null;
  readonly expires: string;
  readonly changes: readonly ApprovedChange[];
  readonly used: readonly string[];
}

/** What this manager removed within 24 hours, what was approved, and what is suspended; one statement, since every pass asks. */
export async function loadSafeguards(
  transaction: Knex.Transaction,
  options: { readonly manager: string; readonly hasInventory: boolean },
): Promise<Safeguards> {
  const { rows } = (await transaction.raw(
    options.hasInventory
      ? query
      : `SELECT now(), '[]'::jsonb AS removed, '[]'::jsonb AS approvals, '[]'::jsonb AS suspensions`,
    options.hasInventory ? [options.manager, options.manager, options.manager] : [],
  )) as { rows: Row[] };
  const [row] = rows;
  if (row === undefined) throw new Error('a SELECT without FROM gave no row');
  return {
    now: row.now,
    removed: new Map(row.removed.map(({ pack, at }) => [pack, new Date(at)])),
    approvals: row.approvals.map((approval): Approval => ({ ...approval, expires: new Date(approval.expires) })),
    ...(row.suspensions.length === 0 ? {} : { suspensions: row.suspensions.map(toSuspension) }),
  };
}

function toSuspension({ created, expires, ...suspension }: SuspensionRow): Suspension {
  return { ...suspension, since: new Date(created), until: expires === null ? null : new Date(expires) };
}

const query = `
SELECT now(),
  (SELECT COALESCE(jsonb_agg(r), '[]') FROM (
     SELECT c.pack, max(r.ended) AS at
       FROM attune_sync.run_change c JOIN attune_sync.run r ON r.id = c.run
      WHERE r.manager = ? AND c.action = 'remove' AND c.outcome = 'applied'
        AND r.ended > now() - interval '24 hours'
      GROUP BY c.pack) AS r) AS removed,
  (SELECT COALESCE(jsonb_agg(a ORDER BY a.created, a.id), '[]') FROM (
     SELECT a.id::text, a.who, a.why, a.created, a.expires, a.changes,
            ARRAY(SELECT u.pack FROM attune_sync.approval_use u WHERE u.approval = a.id ORDER BY u.pack) AS used
       FROM attune_sync.approval a WHERE a.manager = ? AND a.expires > now()) AS a) AS approvals,
  (SELECT COALESCE(jsonb_agg(s ORDER BY s.pack NULLS FIRST), '[]') FROM (
     SELECT s.pack, s.reason, s.who, s.created, s.expires
       FROM attune_sync.suspension s
      WHERE s.manager = ? AND (s.expires IS NULL OR s.expires > now())) AS s) AS suspensions`;
