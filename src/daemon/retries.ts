import { backoffMs } from './backoff.ts';
import type { Timing } from './timing.ts';

/** A pack that was not applied and that trying again may help. */
export interface Failing {
  readonly ref: string;
  /** Names what was tried: with another state its failures are counted anew. */
  readonly state: string;
  /** It was not tried in this pass: what is planned for it stays. */
  readonly untried?: true;
}

export interface Retry {
  readonly state: string;
  /** Failures in a row. */
  readonly attempts: number;
  /** On the clock of `Timing.now`. */
  readonly dueMs: number;
}

/** By pack ref. */
export type Retries = ReadonlyMap<string, Retry>;

/**
 * The retries after a pass. A pass over all packs decides about all of them; one over some (`tried`) leaves the
 * others as they are.
 */
export function scheduleRetries(
  before: Retries,
  failing: readonly Failing[],
  tried: readonly string[] | undefined,
  timing: Timing,
): Retries {
  const after = new Map(tried === undefined ? [] : before);
  for (const ref of tried ?? []) after.delete(ref);
  for (const { ref, state, untried } of failing) {
    const last = before.get(ref);
    if (untried && last !== undefined) {
      after.set(ref, last);
      continue;
    }
    const attempts = last?.state === state ? last.attempts + 1 : 1;
    after.set(ref, { state, attempts, dueMs: timing.now() + backoffMs(attempts, timing.random) });
  }
  return after;
}

/** The packs whose time has come, sorted. */
export function dueRetries(retries: Retries, nowMs: number): readonly string[] {
  return [...retries].flatMap(([ref, { dueMs }]) => (dueMs <= nowMs ? [ref] : [])).sort();
}
