import { problem } from '../errors.ts';
import type { PackChange } from './plan.ts';

/**
 * Packs whose changes will not be made: those that are blocked or among `others`, and those that need one that is not made.
 *
 * @param changes in apply order
 */
export function findHindered(
  changes: readonly Pick<PackChange, 'ref' | 'blocks' | 'after'>[],
  others: ReadonlySet<string> = new Set(),
): ReadonlySet<string> {
  const hindered = new Set<string>();
  for (const { ref, blocks, after } of changes) {
    if (blocks.length > 0 || others.has(ref) || after.some((other) => hindered.has(other))) hindered.add(ref);
  }
  return hindered;
}

/** Says of every change that waits for one that is not made that it is not made either. */
export function warnOfWaiting(changes: readonly PackChange[]): readonly PackChange[] {
  const hindered = findHindered(changes);
  return changes.map((change) => {
    const needed = change.after.filter((ref) => hindered.has(ref));
    if (needed.length === 0 || change.blocks.length > 0) return change;
    const which = needed.length === 1 ? `the pack ${needed[0]}` : `the packs ${needed.join(', ')}`;
    const message = `Nothing of this is done before ${which}, which cannot be changed now.`;
    return { ...change, warnings: [...change.warnings, problem('warning', 'needs-another', message)] };
  });
}
