import type { Timing } from '../../src/daemon/timing.ts';

export interface FakeTiming extends Timing {
  /** Resolves with the milliseconds asked for, once somebody waits. */
  asleep(): Promise<number>;
  /** Waits until somebody waits, then lets that much time pass. */
  pass(ms: number): Promise<void>;
  /** Lets time pass while nobody waits. */
  advance(ms: number): void;
}

/** A clock that only a test moves; chance is always in the middle of its range. */
export function createFakeTiming(random: () => number = () => 0.5): FakeTiming {
  let now = 0;
  let sleeper: { readonly ms: number; readonly untilMs: number; readonly wake: () => void } | undefined;
  let noticed = () => {};

  async function asleep(): Promise<number> {
    if (sleeper === undefined) await new Promise<void>((resolve) => (noticed = resolve));
    return sleeper?.ms ?? 0;
  }

  return {
    now: () => now,
    random,
    wait: (ms, signal) =>
      new Promise((resolve) => {
        const wake = () => {
          sleeper = undefined;
          resolve();
        };
        sleeper = { ms, untilMs: now + ms, wake };
        signal.addEventListener('abort', wake, { once: true });
        noticed();
      }),
    asleep,
    advance(ms) {
      now += ms;
    },
    async pass(ms) {
      await asleep();
      now += ms;
      if (sleeper !== undefined && sleeper.untilMs <= now) sleeper.wake();
    },
  };
}
