import type { Timing } from '../timing.ts';
import type { Job } from './source.ts';

/** How long readings wait for what goes on beside them. */
export interface Patience {
  /**
   * True once the job is done; false where it takes too long to be waited for.
   *
   * @param beganMs when the reading began: of many remotes that hang each one does not cost it time of its own
   */
  outlasts(job: Job, beganMs: number): Promise<boolean>;
  /** Something else that was waited for is done: the others may only be waiting for their turn. */
  progress(): void;
}

/** What begins when the patience is at its end already gets this long all the same. */
const leastMs = 1_000;

/** @param ms since the job began, or since the last progress */
export function createPatience(ms: number, timing: Timing): Patience {
  let progressMs = Number.NEGATIVE_INFINITY;
  return {
    async outlasts({ sinceMs, done }, beganMs) {
      const firstMs = Math.min(sinceMs, beganMs);
      const ended = done.then(() => true);
      for (;;) {
        const untilMs = Math.max(Math.max(firstMs, progressMs) + ms, sinceMs + Math.min(ms, leastMs));
        const leftMs = untilMs - timing.now();
        if (leftMs <= 0) return Promise.race([ended, Promise.resolve(false)]);
        const stop = new AbortController();
        const isDone = await Promise.race([ended, timing.wait(leftMs, stop.signal).then(() => false)]);
        stop.abort();
        if (isDone) return true;
      }
    },
    progress() {
      progressMs = timing.now();
    },
  };
}
