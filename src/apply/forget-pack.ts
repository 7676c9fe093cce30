import type { Knex } from 'knex';
import type { Writer } from '../database/database.ts';
import type { PackChange } from '../plan/plan.ts';
import { recordOverrides } from './write-inventory.ts';
import { endHolds } from './write-version.ts';

/**
 * Stops managing one pack, in one transaction: its rows, files and links stay as they are, and nothing of it is held.
 *
 * @param record writes history in the same transaction
 */
export async function forgetPack<T>(
  writer: Writer,
  change: PackChange,
  record: (transaction: Knex.Transaction) => Promise<T>,
): Promise<T> {
  return writer.transaction(async (transaction) => {
    await recordOverrides(transaction, change.overrides);
    await endHolds(transaction, [change.ref]);
    await leaveInventory(transaction, change.ref);
    return record(transaction);
  });
}

/**
 * Takes a pack and its components out of the inventory: from now on it is nobody's. What people set and what was set
 * aside is remembered all the same, in case it is managed again.
 */
export async function leaveInventory(transaction: Knex.Transaction, ref: string): Promise<void> {
  await transaction.raw('DELETE FROM attune_sync.pack WHERE ref = ?', [ref]);
}
