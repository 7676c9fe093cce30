import { setImmediate } from 'node:timers/promises';

/** How long work that waits for the disk may keep everything else waiting, in ms. */
const turnMs = 10;

/** For work that does not wait by itself: to be awaited between its steps, it lets others go on when a turn is over. */
export function createRest(): () => Promise<void> {
  let began = performance.now();
  return async () => {
    if (performance.now() - began < turnMs) return;
    await setImmediate();
    began = performance.now();
  };
}
