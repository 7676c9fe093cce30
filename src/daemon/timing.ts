import { setTimeout as sleep } from 'node:timers/promises';

/** Time and chance as the daemon sees them, so that a test can be both. */
export interface Timing {
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
  /** Resolves after `ms`, or as soon as the signal aborts; never rejects. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  /** From 0 up to but not including 1. */
  readonly random: () => number;
}

export const realTiming: Timing = {
  now: () => performance.now(),
  wait: (ms, signal) => sleep(ms, undefined, { signal }).catch(() => {}),
  random: Math.random,
};
