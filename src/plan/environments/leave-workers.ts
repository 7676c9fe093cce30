import type { PackDifference } from '../diff/diff-pack.ts';

/**
 * Where nothing else is done to a pack, takes away what still leads Attune's workers to an environment of ours although
 * they build for themselves now: they would change what versions and packs share, and what is never changed.
 */
export function leaveWorkers(
  difference: PackDifference,
  led: ReadonlyMap<string, readonly string[]> | undefined,
): PackDifference {
  const { scope, change, changeFor } = difference;
  const names = led?.get(scope.wanted.ref) ?? [];
  if (change !== null || changeFor === undefined || names.length === 0) return difference;
  const sentence = `no environment is built here any more, and ${names.join(', ')} still leads Attune's workers to one`;
  return changeFor({ action: 'repair', reason: { code: 'environment-changed', sentence } });
}
