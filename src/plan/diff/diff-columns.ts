import { equalJson, type Json } from '../../json.ts';
import type { FieldChange } from '../plan.ts';

type Columns = Readonly<Record<string, Json>>;

/**
 * Columns of class *pack*: what the files say (D) against the row (A), with the last value we wrote (L) to tell
 * a change from drift (design §5). NULL and a value that was not read are the same; in L, never written is its own case.
 */
export function diffColumns(desired: Columns, last: Columns | undefined, actual: Columns): FieldChange[] {
  const changes: FieldChange[] = [];
  for (const field of Object.keys(desired)) {
    const after = desired[field] ?? null;
    const before = actual[field] ?? null;
    if (equalJson(before, after)) continue;
    const drifted = last !== undefined && Object.hasOwn(last, field) && equalJson(last[field] ?? null, after);
    changes.push({ field, before, after, why: drifted ? 'drifted' : 'changed' });
  }
  return changes;
}

/** The values to write for some changes. */
export function valuesOf(changes: readonly FieldChange[]): Columns {
  return Object.fromEntries(changes.map(({ field, after }) => [field, after]));
}

/** What this Attune lacks is neither compared nor written (design §5). */
export function withoutMissing(columns: Columns, table: string, missing: ReadonlySet<string>): Columns {
  if (missing.size === 0) return columns;
  return Object.fromEntries(Object.entries(columns).filter(([name]) => !missing.has(`${table}.${name}`)));
}
