import type { Knex } from 'knex';
import type { Writer } from '../database/database.ts';
import type { KindName } from '../packs/kinds.ts';
import type { PackChange } from '../plan/plan.ts';
import { deleteComponents } from './delete-components.ts';
import type { PackStep } from './pack-step.ts';
import { relinkRules } from './relink-rules.ts';
import { hasSetAside, restoreSetAside } from './restore-set-aside.ts';
import { writeComponents } from './write-components.ts';
import { writeInventory } from './write-inventory.ts';
import { writePack } from './write-pack.ts';

/**
 * One pack's rows, inventory and history in one transaction, in place: first what is new and changed, then
 * relinking, only then what left the pack. A row that stays keeps its id, and so everything that hangs on it.
 *
 * @param record writes history in the same transaction; given the refs of rules that were relinked
 * @throws SyncError or a database error; nothing was written then
 */
export async function applyPack<T>(
  writer: Writer,
  step: PackStep,
  record: (transaction: Knex.Transaction, relinked: readonly string[]) => Promise<T>,
): Promise<T> {
  const { change } = step;
  return writer.transaction(async (transaction) => {
    const id = await writePack(transaction, step);
    const ids = await writeComponents(transaction, { id, ref: change.ref }, change.components);
    const relinked = [...(await relinkRules(transaction))];
    await deleteComponents(transaction, change.ref, change.components);
    await restoreReturned(transaction, change, (refs) => relinked.push(...refs));
    await writeInventory(transaction, step, ids);
    return record(transaction, relinked);
  });
}

/** What waited for the pack, or for what it brings, and what hung on it. */
async function restoreReturned(
  transaction: Knex.Transaction,
  change: PackChange,
  onRelinked: (refs: readonly string[]) => void,
): Promise<void> {
  const { ref, pack, components, records } = change;
  const isBack = pack.id === null || change.action === 'adopt';
  const brought = isBack ? records : components.filter(({ op }) => op === 'create');
  if ((!isBack && brought.length === 0) || !(await hasSetAside(transaction))) return;
  const created = new Map<KindName | 'pack', string[]>(isBack ? [['pack', [ref]]] : []);
  for (const component of brought) {
    const refs = created.get(component.kind);
    if (refs === undefined) created.set(component.kind, [component.ref]);
    else refs.push(component.ref);
  }
  await restoreSetAside(transaction, { created }, onRelinked);
}
