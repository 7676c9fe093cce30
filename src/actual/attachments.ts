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
 * Left out on purpose, because it says what was found on a machine at one time and is found anew; and so is what
 * runtime_version says of having been verified.
 */
export const passedOver: readonly string[] = ['pack_environment'];

/** What is set aside with whatever it hangs on, and given back with its ref. */
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
