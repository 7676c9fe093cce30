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
      const hint = found === undefined ? undefined : `Did you mean ${found}?`;
      const message = `No pack ${target} is desired or installed.`;
      return problem('error', 'unknown-target', message, hint === undefined ? {} : { hint });
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
