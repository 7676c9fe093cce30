import type { PackChange } from './plan.ts';

/**
 * Packs whose changes will not be made: those that are blocked, and those that need one that is not made.
 *
 * @param changes in apply order
 */
export function findHindered(changes: readonly Pick<PackChange, 'ref' | 'blocks' | 'after'>[]): ReadonlySet<string> {
  const hindered = new Set<string>();
  for (const { ref, blocks, after } of changes) {
    if (blocks.length > 0 || after.some((other) => hindered.has(other))) hindered.add(ref);
  }
  return hindered;
}
