import { setImmediate } from 'node:timers/promises';

/** How long work that waits for the disk may keep everything else waiting, in ms. */
const turnMs = 10;

/** Undefined while a turn lasts; then what is to be awaited, so that others go on. */
export type Rest = () => Promise<void> | undefined;

/** For work that does not wait by itself: what it does between its steps. */
export function createRest(): Rest {
  let began = performance.now();
  return () => {
    if (performance.now() - began < turnMs) return undefined;
    return setImmediate().then(() => {
      began = performance.now();
    });
  };
}
