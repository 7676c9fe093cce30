import type { Knex } from 'knex';
import { type KindName, kinds } from '../packs/kinds.ts';
import type { ComponentChange } from '../plan/plan.ts';
import { preserveAttached, preserveRows, type SetAsideFor } from './preserve.ts';
import { preserveSettings } from './preserve-settings.ts';
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
  const reason = { pack, reason: 'what it hung on left the pack' };
  for (const kind of kinds.toReversed()) {
    const ids = deletedIds(changes, kind.name);
    if (ids.length === 0) continue;
    await preserveAttached(transaction, kind.name, ids, reason);
    await preserveSettings(transaction, kind.name, ids, reason);
    if (kind.name === 'runtime') await preserveVersions(transaction, ids, reason);
    if (kind.name === 'trigger') await preserveWebhooks(transaction, ids, reason);
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

/** Versions of a runtime that people added: those of the pack are deleted by now. */
async function preserveVersions(transaction: Knex.Transaction, runtimes: string[], reason: SetAsideFor): Promise<void> {
  const { rows: tables } = (await transaction.raw(`SELECT to_regclass('runtime_version') AS name`)) as {
    rows: { name: string | null }[];
  };
  if (tables[0]?.name == null) return;
  const { rows } = (await transaction.raw('SELECT id FROM runtime_version WHERE runtime = ANY(?::bigint[])', [
    runtimes,
  ])) as { rows: { id: string }[] };
  await preserveRows(
    transaction,
    'runtime_version',
    rows.map(({ id }) => id),
    reason,
  );
}

/** Attune's own foreign keys would delete the actions and executions of these workflows with them. */
export async function unlinkWorkflows(transaction: Knex.Transaction, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await transaction.raw('UPDATE action SET workflow_def = NULL WHERE workflow_def = ANY(?::bigint[])', [[...ids]]);
  await transaction.raw('UPDATE execution SET workflow_def = NULL WHERE workflow_def = ANY(?::bigint[])', [[...ids]]);
}
