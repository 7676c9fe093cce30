import type { Knex } from 'knex';
import { SyncError } from '../errors.ts';
import { type Kind, type KindName, kindOf, kinds } from '../packs/kinds.ts';
import type { ComponentChange } from '../plan/plan.ts';
import { preserveAttached, preserveRows, type SetAsideFor } from './preserve.ts';
import { preserveSettings } from './preserve-settings.ts';
import { preserveWebhooks } from './preserve-webhooks.ts';

/**
 * Deletes the rows of a change, in reverse of the order in which they are written. What people hung on them is
 * preserved first. History is not deleted: executions lose the link to their workflow before it goes, because
 * Attune's own foreign key would take them along.
 *
 * @throws SyncError `in-use` where something was made on a row since the change was planned
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
    await refuseHung(transaction, pack, kind, ids);
    await preserveAttached(transaction, kind.name, ids, reason);
    await preserveSettings(transaction, kind.name, ids, reason);
    if (kind.name === 'runtime') await preserveVersions(transaction, ids, reason);
    if (kind.name === 'trigger') await preserveWebhooks(transaction, ids, reason);
    if (kind.name === 'workflow') await unlinkWorkflows(transaction, ids);
    const adhoc = kind.hasAdhoc ? 'AND NOT is_adhoc' : '';
    await transaction.raw(`DELETE FROM ${kind.table} WHERE id = ANY(?::bigint[]) ${adhoc}`, [ids]);
  }
}

/**
 * Attune's foreign keys delete sensors and policies with what they hang on. Those of the change are gone or lead elsewhere
 * by now; planning blocks on any other, and what came since is found here, when nobody can add more.
 *
 * @throws SyncError `in-use`
 */
async function refuseHung(
  transaction: Knex.Transaction,
  pack: string,
  { name, table }: Kind,
  ids: readonly string[],
): Promise<void> {
  const hung = (['sensor', 'policy'] as const).flatMap((kind) =>
    kindOf(kind).links.flatMap((link) => (link.kind === name ? [{ kind, column: link.column }] : [])),
  );
  if (hung.length === 0) return;
  await transaction.raw(`SELECT id FROM ${table} WHERE id = ANY(?::bigint[]) ORDER BY id FOR UPDATE`, [[...ids]]);
  for (const { kind, column } of hung) {
    const { rows } = (await transaction.raw(
      `SELECT ref FROM ${kindOf(kind).table} WHERE ${column} = ANY(?::bigint[]) ORDER BY 1 LIMIT 1`,
      [[...ids]],
    )) as { rows: { ref: string }[] };
    if (rows[0] === undefined) continue;
    throw new SyncError('in-use', `the ${kind} ${rows[0].ref} was made on a ${name} that leaves the pack ${pack}`, {
      hint: 'Nothing of this pack was written; the next run plans it again.',
      retry: 'soon',
    });
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
