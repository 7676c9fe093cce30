import { kinds } from '../../packs/kinds.ts';

/** What a role must be granted on one table of Attune. */
export interface NeededRights {
  readonly table: string;
  /** Without them nothing can be planned. */
  readonly reading: readonly Right[];
  /** Without them nothing can be applied. */
  readonly writing: readonly Right[];
  /** Not every Attune has it. */
  readonly optional?: true;
}

export type Right = 'SELECT' | 'INSERT' | 'UPDATE' | 'DELETE';

const every: readonly Right[] = ['SELECT', 'INSERT', 'UPDATE', 'DELETE'];

/**
 * Attune's tables that are read or written: packs and components are; what hangs on them is read, set aside with what goes,
 * and given back; executions keep nothing that leads to a workflow that goes.
 */
export const neededRights: readonly NeededRights[] = [
  { table: 'pack', reading: ['SELECT'], writing: every },
  ...kinds.map(({ name, table }) => ({
    table,
    reading: ['SELECT'] as const,
    writing: every,
    ...(name === 'runtime_version' ? { optional: true as const } : {}),
  })),
  { table: 'identity', reading: ['SELECT'], writing: ['SELECT', 'INSERT'] },
  { table: 'key', reading: ['SELECT'], writing: every },
  { table: 'permission_assignment', reading: ['SELECT'], writing: every },
  { table: 'execution', reading: ['SELECT'], writing: ['SELECT', 'UPDATE'] },
  { table: 'workflow_execution', reading: ['SELECT'], writing: every },
  { table: 'queue_stats', reading: [], writing: every },
  { table: 'pack_test_execution', reading: [], writing: every, optional: true },
];
