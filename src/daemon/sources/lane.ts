import PQueue from 'p-queue';
import type { Timing } from '../timing.ts';

/** Somebody waits for it, or nobody does. */
export type Urgency = 'now' | 'routine';

/** Runs work, some of it at once. */
export type Lane = (urgency: Urgency, work: () => Promise<void>) => Promise<void>;

/** What takes longer than this is most likely a remote that hangs. */
const slotMs = 2_000;

/**
 * Runs `concurrency` pieces of work at once. One that takes longer than two seconds goes on, but gives its place to the
 * next: remotes that hang keep no other waiting.
 */
export function createLane(concurrency: number, timing: Timing): Lane {
  const queue = new PQueue({ concurrency });
  return (urgency, work) =>
    new Promise((resolve, reject) => {
      const run = async () => {
        const stop = new AbortController();
        const done = work().finally(() => stop.abort());
        done.then(resolve, reject);
        await Promise.race([done.catch(() => {}), timing.wait(slotMs, stop.signal)]);
      };
      void queue.add(run, { priority: urgency === 'now' ? 1 : 0 });
    });
}
