import type { PackChange } from '../plan/plan.ts';
import type { Verdict } from './find-obstacle.ts';

/**
 * Changes that failed, by pack ref: what a process remembers, so that it does not try them again before their time. Who
 * has another reason to try takes the pack out.
 */
export type FailedChanges = Map<string, FailedChange>;

export interface FailedChange {
  /** Names everything that would be done. */
  readonly state: string;
  readonly verdict: Verdict;
}

/** How the very same change ended before; null where it is to be tried. */
export function findFailed(change: PackChange, failed: Pick<FailedChanges, 'get'> | undefined): Verdict | null {
  const known = failed?.get(change.ref);
  return known !== undefined && known.state === stateOf(change) ? known.verdict : null;
}

/** Takes the place of what was remembered of the pack. */
export function rememberFailed(failed: FailedChanges | undefined, change: PackChange, verdict: Verdict): void {
  if (verdict.outcome === 'failed') failed?.set(change.ref, { state: stateOf(change), verdict });
  else failed?.delete(change.ref);
}

/** Secrets stand in it as digests. */
function stateOf(change: PackChange): string {
  return JSON.stringify(change);
}
