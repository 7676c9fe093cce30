import type { ComponentRow, RecordedComponent } from '../../actual/actual.ts';
import type { PackScope } from '../pack-scope.ts';
import type { FieldChange } from '../plan.ts';

/** The row is this pack's to write: it says so, or we wrote it and it is no pack's by now. A person's never is. */
export function isOwnRow(row: ComponentRow, recorded: RecordedComponent | undefined, scope: PackScope): boolean {
  if (row.adhoc) return false;
  if (row.packRef === scope.wanted.ref) return true;
  const isLost = row.packRef === null || !scope.actual.packs.has(row.packRef);
  return isLost && recorded?.id === row.id;
}

/**
 * What a row says of the pack it belongs to, where that is not this one: others edited it, or Attune let go of it with
 * an older row of the pack (its columns `pack` may be NULL in some tables).
 */
export function diffOwner(
  row: ComponentRow,
  recorded: RecordedComponent | undefined,
  { wanted, installed }: PackScope,
): FieldChange | null {
  const isLinked = row.pack === undefined || row.pack === installed?.id;
  if (row.packRef === wanted.ref && isLinked) return null;
  const why = recorded?.id === row.id ? 'drifted' : 'changed';
  const before = row.packRef === wanted.ref ? null : row.packRef;
  return { field: 'pack', before, after: wanted.ref, why };
}
