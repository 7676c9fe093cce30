import type { PackChange } from '../plan/plan.ts';

/**
 * Parts changes into those that can be made at once, and those that a build or tests hold up, or that need one of these:
 * a build that hangs must not keep another pack waiting.
 *
 * @param changes in the plan's order, which each wave keeps
 * @returns waves without empty ones
 */
export function splitWaves(
  changes: readonly PackChange[],
  takesLong: (change: PackChange) => boolean,
): readonly (readonly PackChange[])[] {
  const late = new Set<string>();
  for (const change of changes) {
    if (takesLong(change) || change.after.some((ref) => late.has(ref))) late.add(change.ref);
  }
  const prompt = changes.filter(({ ref }) => !late.has(ref));
  const held = changes.filter(({ ref }) => late.has(ref));
  return [prompt, held].filter((wave) => wave.length > 0);
}
