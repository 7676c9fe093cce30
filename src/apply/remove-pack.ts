import type { Knex } from 'knex';
import type { Writer } from '../database/database.ts';
import { type KindName, kindOf } from '../packs/kinds.ts';
import type { PackChange } from '../plan/plan.ts';
import { unlinkWorkflows } from './delete-components.ts';
import { leaveInventory } from './forget-pack.ts';
import { idsOf, type LockedPack, lockComponents, lockPack, type RowsByKind } from './lock-pack.ts';
import { preserveAttached, preserveRows } from './preserve.ts';
import { preserveSettings } from './preserve-settings.ts';
import { preserveWebhooks } from './preserve-webhooks.ts';
import { refuseUnfinished, refuseUsed } from './refuse-removal.ts';
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

async function setAside(transaction: Knex.Transaction, pack: LockedPack, rows: RowsByKind): Promise<void> {
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
async function deleteRows(transaction: Knex.Transaction, pack: LockedPack, rows: RowsByKind): Promise<void> {
  await unlinkWorkflows(transaction, idsOf(rows, 'workflow'));
  await transaction.raw('DELETE FROM key WHERE owner_pack = ?', [pack.id]);
  for (const kind of [...rows.keys()].reverse()) {
    await transaction.raw(`DELETE FROM ${kindOf(kind).table} WHERE id = ANY(?::bigint[])`, [idsOf(rows, kind)]);
  }
  await transaction.raw('DELETE FROM pack WHERE id = ?', [pack.id]);
}
