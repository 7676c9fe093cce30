import type { Knex } from 'knex';
import { hasCode } from '../database/has-code.ts';
import type { KindName } from '../packs/kinds.ts';
import { runStatement } from './run-statement.ts';

/**
 * What Attune's foreign keys destroy together with a component, though people made it: per kind, the table and
 * the column that points at the component. `kind` names it among the preserved rows.
 */
const attachments: readonly { readonly kind: KindName; readonly table: string; readonly column: string }[] = [
  { kind: 'action', table: 'key', column: 'owner_action' },
  { kind: 'action', table: 'queue_stats', column: 'action_id' },
  { kind: 'sensor', table: 'key', column: 'owner_sensor' },
  { kind: 'permission_set', table: 'permission_assignment', column: 'permset' },
];

/** Sets aside, in the transaction that deletes the components, the rows that go with them. */
export async function preserveAttached(
  transaction: Knex.Transaction,
  pack: string,
  kind: KindName,
  ids: string[],
): Promise<void> {
  for (const { table, column } of attachmentsOf(kind)) {
    await transaction.raw(
      `INSERT INTO attune_sync.preserved (pack, kind, ref, value, reason)
       SELECT ?, ?, c.ref, to_jsonb(x), 'its component left the pack'
         FROM ${table} x JOIN ${kind} c ON c.id = x.${column} WHERE c.id = ANY(?::bigint[])`,
      [pack, table, ids],
    );
  }
}

/** Whether anything but config waits to be put back: mostly nothing does, and one look is enough. */
export async function hasSetAside(transaction: Knex.Transaction): Promise<boolean> {
  const { rows } = await runStatement<{ found: boolean }>(
    transaction,
    `SELECT EXISTS (SELECT FROM attune_sync.preserved WHERE restored IS NULL AND kind <> 'config') AS found`,
    [],
  );
  return rows[0]?.found === true;
}

/**
 * Puts back what hung on components whose refs return. A row that people made anew meanwhile is not overwritten:
 * its preserved version stays set aside.
 */
export async function restoreAttached(
  transaction: Knex.Transaction,
  kind: KindName,
  refs: readonly string[],
): Promise<void> {
  for (const { table, column } of attachmentsOf(kind)) {
    const { rows } = (await transaction.raw(
      `SELECT v.id, c.id AS component FROM attune_sync.preserved v JOIN ${kind} c ON c.ref = v.ref
        WHERE v.restored IS NULL AND v.kind = ? AND v.value ->> ? IS NOT NULL AND c.ref = ANY(?::text[]) ORDER BY v.id`,
      [table, column, [...refs]],
    )) as { rows: { id: string; component: string }[] };
    for (const row of rows) await tryRestore(transaction, { table, column, ...row });
  }
}

interface Returning {
  readonly table: string;
  readonly column: string;
  /** Of the preserved row. */
  readonly id: string;
  /** The id of the component whose ref returned. */
  readonly component: string;
}

/** In a savepoint: what a row points at besides (an identity) may be gone, and that must not fail the pack. */
async function tryRestore(transaction: Knex.Transaction, row: Returning): Promise<void> {
  await transaction
    .transaction((savepoint) => restoreRow(savepoint, row))
    .catch((error: unknown) => {
      if (!hasCode(error, '23503')) throw error;
    });
}

async function restoreRow(transaction: Knex.Transaction, { table, column, id, component }: Returning): Promise<void> {
  const columns = await columnsOf(transaction, table);
  const values = columns.map((name) => {
    if (name === column) return '?::bigint';
    return name === 'owner' ? 'NULL' : `x.${name}`;
  });
  const { rowCount } = (await transaction.raw(
    `INSERT INTO ${table} (${columns.join(', ')})
     SELECT ${values.join(', ')} FROM attune_sync.preserved v, jsonb_populate_record(NULL::${table}, v.value) x
      WHERE v.id = ? ON CONFLICT DO NOTHING`,
    [component, id],
  )) as { rowCount: number };
  if (rowCount === 0) return;
  await transaction.raw('UPDATE attune_sync.preserved SET restored = now() WHERE id = ?', [id]);
}

function attachmentsOf(kind: KindName) {
  return attachments.filter((attachment) => attachment.kind === kind);
}

async function columnsOf(transaction: Knex.Transaction, table: string): Promise<string[]> {
  const { rows } = (await transaction.raw(
    `SELECT attname AS name FROM pg_attribute WHERE attrelid = ?::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum`,
    [table],
  )) as { rows: { name: string }[] };
  return rows.map(({ name }) => name);
}
