import type { Knex } from 'knex';
import type { Writer } from '../database/database.ts';
import type { KindName } from '../packs/kinds.ts';
import type { PackChange } from '../plan/plan.ts';
import { deleteComponents } from './delete-components.ts';
import type { PackStep } from './pack-step.ts';
import { hasSetAside, restoreAttached } from './preserve.ts';
import { restoreWebhooks } from './preserve-webhooks.ts';
import { relinkRules } from './relink-rules.ts';
import { writeComponents } from './write-components.ts';
import { writeInventory } from './write-inventory.ts';
import { writePack } from './write-pack.ts';

/**
 * One pack's rows, inventory and history in one transaction, in place: first what is new and changed, then
 * relinking, only then what left the pack. A row that stays keeps its id, and so everything that hangs on it.
 *
 * @param record writes history in the same transaction
 * @throws SyncError or a database error; nothing was written then
 */
export async function applyPack<T>(
  writer: Writer,
  step: PackStep,
  record: (transaction: Knex.Transaction) => Promise<T>,
): Promise<T> {
  const { change } = step;
  return writer.transaction(async (transaction) => {
    const id = await writePack(transaction, step);
    const ids = await writeComponents(transaction, { id, ref: change.ref }, change.components);
    await relinkRules(transaction);
    await deleteComponents(transaction, change.ref, change.components);
    await restoreReturned(transaction, change);
    await writeInventory(transaction, step, ids);
    return record(transaction);
  });
}

async function restoreReturned(transaction: Knex.Transaction, change: PackChange): Promise<void> {
  const created = change.components.filter(({ op }) => op === 'create');
  if (created.length === 0 || !(await hasSetAside(transaction))) return;
  const refsOf = (kind: KindName) => created.filter((row) => row.kind === kind).map(({ ref }) => ref);
  for (const kind of ['action', 'sensor', 'permission_set'] as const) {
    if (refsOf(kind).length > 0) await restoreAttached(transaction, kind, refsOf(kind));
  }
  if (refsOf('trigger').length > 0) await restoreWebhooks(transaction, refsOf('trigger'));
}
