import type { Knex } from 'knex';
import type { KindName } from '../packs/kinds.ts';

/** A table whose rows hang on a pack or component, and that Attune's foreign keys destroy together with it. */
export interface Attachment {
  readonly on: KindName | 'pack';
  /** The table of what they hang on. */
  readonly owner: string;
  readonly table: string;
  /** The column that points at it. */
  readonly column: string;
  /** Another row that they cannot do without: where that is gone, they stay set aside. */
  readonly needs?: { readonly column: string; readonly table: string };
  /** Not every Attune has it. */
  readonly optional?: true;
}

/**
 * What is set aside with whatever it hangs on, and given back with its ref. Left out on purpose, because it says what
 * was found on a machine at one time and is found anew: pack_environment, and what runtime_version says of having been
 * verified.
 */
export const attachments: readonly Attachment[] = [
  { on: 'pack', owner: 'pack', table: 'key', column: 'owner_pack' },
  { on: 'pack', owner: 'pack', table: 'pack_test_execution', column: 'pack_id', optional: true },
  { on: 'action', owner: 'action', table: 'key', column: 'owner_action' },
  { on: 'action', owner: 'action', table: 'queue_stats', column: 'action_id' },
  { on: 'sensor', owner: 'sensor', table: 'key', column: 'owner_sensor' },
  {
    on: 'permission_set',
    owner: 'permission_set',
    table: 'permission_assignment',
    column: 'permset',
    needs: { column: 'identity', table: 'identity' },
  },
  {
    on: 'workflow',
    owner: 'workflow_definition',
    table: 'workflow_execution',
    column: 'workflow_def',
    needs: { column: 'execution', table: 'execution' },
  },
];

/** Those of what hangs on packs, or on components of one kind, that this Attune has. */
export async function attachmentsOn(
  transaction: Knex.Transaction,
  on: Attachment['on'],
): Promise<readonly Attachment[]> {
  const all = attachments.filter((attachment) => attachment.on === on);
  const unsure = all.filter(({ optional }) => optional === true).map(({ table }) => table);
  if (unsure.length === 0) return all;
  const { rows } = (await transaction.raw(
    'SELECT name FROM unnest(?::text[]) AS name WHERE to_regclass(name) IS NOT NULL',
    [unsure],
  )) as { rows: { name: string }[] };
  const found = new Set(rows.map(({ name }) => name));
  return all.filter(({ table, optional }) => optional !== true || found.has(table));
}
