import type { SetAside } from '../../actual/actual.ts';
import { type KindName, kindByName } from '../../packs/kinds.ts';

const ownersByTable: Readonly<Record<string, KindName | 'pack'>> = {
  webhook: 'trigger',
  queue_stats: 'action',
  permission_assignment: 'permission_set',
  workflow_execution: 'workflow',
  pack_test_execution: 'pack',
};

/** The kind of what a row that was set aside hung on; the ref of that is the row's. */
export function ownerOf({ kind, owner }: SetAside): KindName | 'pack' {
  if (owner === 'pack' || kindByName.has(owner as KindName)) return owner as KindName | 'pack';
  return ownersByTable[kind] ?? 'pack';
}
