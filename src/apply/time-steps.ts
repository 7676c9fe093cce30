import type { Context } from '../context.ts';
import type { Progress } from '../progress.ts';

type Timeable = Pick<Context, 'progress' | 'now'>;

export interface TimedSteps<C extends Timeable> {
  /** The same context; what is done of a pack with it is timed. */
  readonly context: C;
  /** Milliseconds that a pack was in steps until now. */
  spentMs(ref: string): number;
}

/** Counts for each pack the time in steps that come before its turn: what it waits for others is not among it. */
export function timeSteps<C extends Timeable>(context: C): TimedSteps<C> {
  const spent = new Map<string, number>();
  const spentMs = (ref: string) => spent.get(ref) ?? 0;
  const { progress, now } = context;
  const step: Progress['step'] = async (name, ref, work, isFailed) => {
    const started = now().getTime();
    try {
      return await progress.step(name, ref, work, isFailed);
    } finally {
      spent.set(ref, spentMs(ref) + now().getTime() - started);
    }
  };
  return { context: { ...context, progress: { ...progress, step } }, spentMs };
}
