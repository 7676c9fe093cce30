import type { Knex } from 'knex';
import { unfinishedStates } from '../actual/load-attached.ts';
import { SyncError } from '../errors.ts';
import { kinds } from '../packs/kinds.ts';
import { idsOf, type LockedPack, type RowsByKind } from './lock-pack.ts';

/**
 * Attune's foreign keys would destroy or cut off rows of other packs: planning blocks that, and this is the last look.
 * @throws SyncError `in-use`
 */
export async function refuseUsed(transaction: Knex.Transaction, pack: LockedPack, rows: RowsByKind): Promise<void> {
  const users: string[] = [];
  for (const kind of kinds) {
    if (!rows.has(kind.name) || kind.name === 'rule' || kind.name === 'runtime_version') continue;
    for (const { column, kind: target } of kind.links) {
      const { rows: found } = (await transaction.raw(
        `SELECT t.ref FROM ${kind.table} t WHERE t.${column} = ANY(?::bigint[]) AND t.pack IS DISTINCT FROM ? ORDER BY 1`,
        [idsOf(rows, target), pack.id],
      )) as { rows: { ref: string }[] };
      users.push(...found.map(({ ref }) => `${kind.name} ${ref}`));
    }
  }
  if (users.length === 0) return;
  throw new SyncError('in-use', `the pack ${pack.ref} is in use by ${users.slice(0, 3).join(', ')}`, {
    hint: 'Nothing of this pack was written; the next run plans it again.',
    retry: 'soon',
  });
}

/**
 * @param drainMs executions older than this hold up nothing; null: all do
 * @throws SyncError `draining`
 */
export async function refuseUnfinished(
  transaction: Knex.Transaction,
  pack: LockedPack,
  rows: RowsByKind,
  drainMs: number | null,
): Promise<void> {
  const { rows: found } = (await transaction.raw(
    `SELECT count(*)::int AS count FROM execution e
      WHERE e.status IN ${unfinishedStates} AND (e.action = ANY(?::bigint[]) OR e.workflow_def = ANY(?::bigint[]))
        AND (?::float8 IS NULL OR e.created > now() - ?::float8 * interval '1 millisecond')`,
    [idsOf(rows, 'action'), idsOf(rows, 'workflow'), drainMs, drainMs],
  )) as { rows: { count: number }[] };
  const count = found[0]?.count ?? 0;
  if (count === 0) return;
  const what = count === 1 ? '1 unfinished execution' : `${count} unfinished executions`;
  throw new SyncError('draining', `the pack ${pack.ref} has ${what}; it is removed when they have ended`, {
    retry: 'soon',
  });
}
