import type { Knex } from 'knex';
import { type KindName, kinds } from '../packs/kinds.ts';
import type { ComponentChange } from '../plan/plan.ts';
import { preserveAttached } from './preserve.ts';
import { preserveWebhooks } from './preserve-webhooks.ts';

/**
 * Deletes the rows of a change, in reverse of the order in which they are written. What people hung on them is
 * preserved first. History is not deleted: executions lose the link to their workflow before it goes, because
 * Attune's own foreign key would take them along.
 */
export async function deleteComponents(
  transaction: Knex.Transaction,
  pack: string,
  changes: readonly ComponentChange[],
): Promise<void> {
  for (const kind of kinds.toReversed()) {
    const ids = deletedIds(changes, kind.name);
    if (ids.length === 0) continue;
    await preserveAttached(transaction, pack, kind.name, ids);
    if (kind.name === 'trigger') await preserveWebhooks(transaction, pack, ids);
    if (kind.name === 'workflow') await unlinkWorkflows(transaction, ids);
    const adhoc = kind.hasAdhoc ? 'AND NOT is_adhoc' : '';
    await transaction.raw(`DELETE FROM ${kind.table} WHERE id = ANY(?::bigint[]) ${adhoc}`, [ids]);
  }
}

function deletedIds(changes: readonly ComponentChange[], kind: KindName): string[] {
  return changes.flatMap((change) =>
    change.op === 'delete' && change.kind === kind && change.id !== null ? [change.id] : [],
  );
}

async function unlinkWorkflows(transaction: Knex.Transaction, ids: string[]): Promise<void> {
  await transaction.raw('UPDATE action SET workflow_def = NULL WHERE workflow_def = ANY(?::bigint[])', [ids]);
  await transaction.raw('UPDATE execution SET workflow_def = NULL WHERE workflow_def = ANY(?::bigint[])', [ids]);
}
