import type { Timing } from '../../../src/daemon/timing.ts';

/** A clock that only a test moves, for any number of sleepers; chance is always in the middle of its range. */
export interface ManualClock extends Timing {
  /** Lets time pass, and wakes who slept for no longer. */
  advance(ms: number): void;
  /** Resolves once that many sleep. */
  asleep(count: number): Promise<void>;
}

export function createManualClock(): ManualClock {
  let nowMs = 0;
  const sleepers = new Set<{ readonly untilMs: number; readonly wake: () => void }>();
  let noticed = () => {};
  return {
    now: () => nowMs,
    random: () => 0.5,
    wait: (ms, signal) =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve();
        const wake = () => {
          sleepers.delete(sleeper);
          resolve();
        };
        const sleeper = { untilMs: nowMs + ms, wake };
        sleepers.add(sleeper);
        signal.addEventListener('abort', wake, { once: true });
        noticed();
      }),
    advance(ms) {
      nowMs += ms;
      for (const { untilMs, wake } of [...sleepers]) if (untilMs <= nowMs) wake();
    },
    async asleep(count) {
      while (sleepers.size < count) await new Promise<void>((resolve) => (noticed = resolve));
    },
  };
}
