import type { ComponentRow, RecordedComponent } from '../../actual/actual.ts';
import type { KindName } from '../../packs/kinds.ts';
import type { OverrideChange } from '../plan.ts';

/**
 * Switches of components that go which people turned since the last run: remembered, so that they stand as they were
 * when their refs return.
 */
export function findSwitched(
  pack: string,
  going: readonly RecordedComponent[],
  rowOf: (kind: KindName, ref: string) => ComponentRow | undefined,
): OverrideChange[] {
  return going.flatMap(({ kind, ref, id, enabled }): OverrideChange[] => {
    const row = rowOf(kind, ref);
    if (row?.id !== id || row.enabled === undefined || enabled === null || row.enabled === enabled) return [];
    return [{ op: 'record', pack, kind, ref, field: 'enabled', value: row.enabled }];
  });
}
