import type { Timing } from './timing.ts';

/** "Look again": any number of nudges before one is taken are one. */
export interface Nudge {
  nudge(): void;
  /** True where there was a nudge since the last call. */
  take(): boolean;
  /** Resolves after `ms`, or at once with a nudge that was not taken. */
  wait(ms: number): Promise<void>;
}

/** For one waiting loop: a nudge ends its wait, and is taken by its next `take`. */
export function createNudge(timing: Timing): Nudge {
  let pending = false;
  let waiting: AbortController | undefined;
  return {
    nudge() {
      pending = true;
      waiting?.abort();
    },
    take() {
      const was = pending;
      pending = false;
      return was;
    },
    async wait(ms) {
      if (pending) return;
      waiting = new AbortController();
      await timing.wait(ms, waiting.signal);
      waiting = undefined;
    },
  };
}
