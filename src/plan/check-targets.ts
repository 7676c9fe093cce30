import type { Actual } from '../actual/actual.ts';
import type { Desired } from '../desired/desired.ts';
import { problem, SyncError } from '../errors.ts';
import { nearest } from '../yaml/nearest.ts';
import { compareRefs } from './compare-refs.ts';

/**
 * @throws SyncError `unknown-target` for targets that are neither desired nor installed, all of them at once.
 */
export function checkTargets(targets: readonly string[], desired: Desired, actual: Actual): void {
  const known = knownRefs(desired, actual);
  const candidates = [...known].sort(compareRefs);
  const problems = targets
    .filter((target) => !known.has(target))
    .map((target) => {
      const found = nearest(target, candidates);
      const hint = found === undefined ? nameKnown(candidates) : `Did you mean ${found}?`;
      return problem('error', 'unknown-target', `No pack ${target} is desired or installed.`, { hint });
    });
  const [first] = problems;
  if (first !== undefined) {
    throw new SyncError('unknown-target', first.message, {
      problems,
      retry: 'never',
      ...(first.hint === undefined ? {} : { hint: first.hint }),
    });
  }
}

/** In a sentence; of many packs `status` is the list. */
function nameKnown(refs: readonly string[]): string {
  if (refs.length === 0) return 'No pack is: a document in desiredState has to name one first.';
  if (refs.length > 10) return '`attune-sync status` lists those that are.';
  return `Desired or installed are: ${refs.join(', ')}.`;
}

/** Every pack that is desired or installed. */
export function knownRefs(desired: Desired, actual: Actual): ReadonlySet<string> {
  return new Set([
    ...desired.packs.map(({ ref }) => ref),
    ...desired.unreadable.map(({ ref }) => ref),
    ...desired.unmanaged,
    ...desired.mentioned,
    ...actual.packs.keys(),
    ...actual.recorded.map(({ ref }) => ref),
  ]);
}
