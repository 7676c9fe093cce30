import type { DatabaseContext } from '../context.ts';
import { problemsOf } from '../errors.ts';
import type { Timing } from './timing.ts';

/** Deletes what nobody needs any more. */
export type Sweep = (context: DatabaseContext) => Promise<void>;

const hourMs = 60 * 60 * 1000;

/**
 * Sweeps at most once an hour, and not in the first one: runs that write something sweep by themselves. What keeps it
 * from sweeping is told and tried again in an hour.
 */
export function createHourlySweep(sweep: Sweep | undefined, timing: Timing): Sweep {
  let lastMs = timing.now();
  return async (context) => {
    if (sweep === undefined || timing.now() - lastMs < hourMs || context.signal.aborted) return;
    lastMs = timing.now();
    await sweep(context).catch((error: unknown) => {
      const said = problemsOf(error).map(({ message }) => message.replaceAll(/\s+/g, ' '));
      context.log.warn(`The pack store could not be swept: ${said.join('; ')}`);
    });
  };
}
