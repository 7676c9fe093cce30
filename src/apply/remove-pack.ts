import type { Knex } from 'knex';
import { unfinishedStates } from '../actual/load-attached.ts';
import type { Writer } from '../database/database.ts';
import { SyncError } from '../errors.ts';
import { type KindName, kindOf, kinds } from '../packs/kinds.ts';
import type { PackChange } from '../plan/plan.ts';
import { unlinkWorkflows } from './delete-components.ts';
import { leaveInventory } from './forget-pack.ts';
import { preserveAttached, preserveRows } from './preserve.ts';
import { preserveSettings } from './preserve-settings.ts';
import { preserveWebhooks } from './preserve-webhooks.ts';
import { refSql } from './ref-sql.ts';
import { recordOverrides } from './write-inventory.ts';
import { supersedeVersions } from './write-version.ts';

export interface RemoveStep {
  readonly change: PackChange;
  /** Kinds that this Attune does not have. */
  readonly missing: readonly KindName[];
  /** Unfinished executions older than this hold up nothing, in milliseconds; null: all do. */
  readonly drainMs: number | null;
}

/**
 * Removes one pack in one transaction: what people made of it is set aside first, then its rows go, and the inventory
 * with them. History stays: executions, events and enforcements keep the refs as text, and rules of other packs become
 * orphans. All rows are locked before the first look, so that nobody can hang anything on them meanwhile.
 *
 * @param record writes history in the same transaction
 * @throws SyncError `changed-meanwhile`, `in-use` or `draining` where what the plan saw is not true any more, or a
 * database error; nothing was written then
 */
export async function removePack<T>(
  writer: Writer,
  { change, missing, drainMs }: RemoveStep,
  record: (transaction: Knex.Transaction) => Promise<T>,
): Promise<T> {
  return writer.transaction(async (transaction) => {
    const pack = await lockPack(transaction, change);
    const rows = await lockComponents(transaction, pack, missing);
    await refuseUsed(transaction, pack, rows);
    await refuseUnfinished(transaction, pack, rows, drainMs);
    await recordOverrides(transaction, change.overrides);
    await setAside(transaction, pack, rows);
    await deleteRows(transaction, pack, rows);
    await supersedeVersions(transaction, pack.ref);
    await leaveInventory(transaction, pack.ref);
    return record(transaction);
  });
}

interface Pack {
  readonly id: string;
  readonly ref: string;
}

/** The rows of a pack, of one kind. */
interface Rows {
  /** Those that the inventory recorded. */
  readonly ours: readonly string[];
  /** Those that people made. */
  readonly theirs: readonly string[];
}

type RowsByKind = ReadonlyMap<KindName, Rows>;

async function lockPack(transaction: Knex.Transaction, { ref, pack }: PackChange): Promise<Pack> {
  const { rows } = (await transaction.raw('SELECT id, ref FROM pack WHERE ref = ? AND id = ? FOR UPDATE', [
    ref,
    pack.id,
  ])) as { rows: Pack[] };
  const [found] = rows;
  if (found !== undefined) return found;
  throw new SyncError('changed-meanwhile', `the pack ${ref} changed in Postgres while it was being removed`, {
    hint: 'Nothing of this pack was written; the next run plans it again.',
    retry: 'soon',
  });
}

async function lockComponents(
  transaction: Knex.Transaction,
  pack: Pack,
  missing: readonly KindName[],
): Promise<RowsByKind> {
  const found = new Map<KindName, Rows>();
  for (const kind of kinds) {
    if (missing.includes(kind.name)) continue;
    const own = kind.name === 'runtime_version' ? 't.runtime IN (SELECT id FROM runtime WHERE pack = ?)' : 't.pack = ?';
    const { rows } = (await transaction.raw(
      `SELECT t.id, ${kind.hasAdhoc ? 'NOT t.is_adhoc AND' : ''} EXISTS (
                SELECT FROM attune_sync.component c
                 WHERE c.kind = ? AND c.ref = ${refSql(kind)} AND c.id = t.id AND c.pack = ?) AS ours
         FROM ${kind.table} t WHERE ${own} ORDER BY t.id FOR UPDATE OF t`,
      [kind.name, pack.ref, pack.id],
    )) as { rows: { id: string; ours: boolean }[] };
    const ids = (ours: boolean) => rows.filter((row) => row.ours === ours).map(({ id }) => id);
    found.set(kind.name, { ours: ids(true), theirs: ids(false) });
  }
  return found;
}

function idsOf(rows: RowsByKind, kind: KindName): string[] {
  const { ours = [], theirs = [] } = rows.get(kind) ?? {};
  return [...ours, ...theirs];
}

/** Attune's foreign keys would destroy or cut off rows of other packs: planning blocks that, and this is the last look. */
async function refuseUsed(transaction: Knex.Transaction, pack: Pack, rows: RowsByKind): Promise<void> {
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

async function refuseUnfinished(
  transaction: Knex.Transaction,
  pack: Pack,
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

async function setAside(transaction: Knex.Transaction, pack: Pack, rows: RowsByKind): Promise<void> {
  const reason = { pack: pack.ref, reason: 'its pack was removed' };
  await transaction.raw(
    `INSERT INTO attune_sync.preserved (pack, kind, ref, value, reason)
     SELECT p.ref, 'pack', p.ref, to_jsonb(p), ? FROM pack p WHERE p.id = ?`,
    [reason.reason, pack.id],
  );
  for (const [kind, { theirs }] of rows) await preserveRows(transaction, kind, theirs, reason);
  await preserveAttached(transaction, 'pack', [pack.id], reason);
  for (const kind of rows.keys()) await preserveAttached(transaction, kind, idsOf(rows, kind), reason);
  for (const [kind, { ours }] of rows) await preserveSettings(transaction, kind, ours, reason);
  await preserveWebhooks(transaction, rows.get('trigger')?.ours ?? [], reason);
}

/** In reverse of the order in which rows are written, because not every foreign key lets go by itself. */
async function deleteRows(transaction: Knex.Transaction, pack: Pack, rows: RowsByKind): Promise<void> {
  await unlinkWorkflows(transaction, idsOf(rows, 'workflow'));
  await transaction.raw('DELETE FROM key WHERE owner_pack = ?', [pack.id]);
  for (const kind of [...rows.keys()].reverse()) {
    await transaction.raw(`DELETE FROM ${kindOf(kind).table} WHERE id = ANY(?::bigint[])`, [idsOf(rows, kind)]);
  }
  await transaction.raw('DELETE FROM pack WHERE id = ?', [pack.id]);
}
