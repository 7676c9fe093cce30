import type { Actual } from '../../actual/actual.ts';
import type { Desired } from '../../desired/desired.ts';
import { compareRefs } from '../compare-refs.ts';
import { namedBy } from '../named-by.ts';
import { findEmptied } from '../removals/plan-removals.ts';
import { findReplaced } from './find-replaced.ts';

/** What one reading says of packs that are not desired any more. */
export interface Absence {
  /** Refs of packs that this manager recorded and that nothing names or keeps, sorted. */
  readonly refs: readonly string[];
  /** False where something of the desired state is unreadable, invalid or suddenly empty: then absence means nothing. */
  readonly isComplete: boolean;
}

/** The packs that would go with the desired state as it was read, whatever a plan makes of it. */
export function findAbsent(desired: Desired, actual: Actual, options: { readonly prune: boolean }): Absence {
  const named = namedBy(desired);
  const installed = [...actual.packs.values()].flatMap(({ recorded }) => recorded ?? []);
  const refs = [...installed, ...actual.recorded]
    .filter(({ ref, manager }) => manager === actual.manager && !named.has(ref))
    .filter(({ prune, givenBy }) => options.prune && prune && givenBy === undefined)
    .map(({ ref }) => ref)
    .sort(compareRefs);
  const doubts = [...findEmptied(desired, actual), ...findReplaced(desired, actual)];
  return { refs, isComplete: desired.complete && doubts.length === 0 };
}
