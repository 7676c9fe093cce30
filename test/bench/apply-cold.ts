import { performance } from 'node:perf_hooks';
import type { EmbeddedServer } from '../../src/database/embedded/open-server.ts';
import type { Progress, ProgressStep } from '../../src/progress.ts';
import { reconcile } from '../../src/reconcile.ts';
import { timed } from './measure.ts';
import { openTarget, type Target } from './target.ts';

export interface ColdApply {
  readonly target: Target;
  readonly ms: number;
  /** From the start of a step to its end, in ms. */
  readonly steps: ReadonlyMap<ProgressStep, number>;
}

/** Everything in `desired` applied into a new target, which the caller closes. @throws Error where it was not applied */
export async function applyCold(directory: string, server: EmbeddedServer, desired: string): Promise<ColdApply> {
  const { progress, steps } = stopwatch();
  const target = await openTarget(directory, server, { desired, progress });
  const ms = await timed(() => pass(target, 'applied'));
  return { target, ms, steps };
}

/** One pass over a target. @throws Error where its outcome is another */
export async function pass({ context }: Target, expected: 'applied' | 'unchanged'): Promise<void> {
  const { result } = await reconcile(context, { cause: 'apply', who: 'bench@here', lockTimeoutMs: 10_000 });
  if (result?.outcome === expected) return;
  throw new Error(`the pass should be ${expected}: ${JSON.stringify(result, null, 1).slice(0, 4000)}`);
}

function stopwatch(): { progress: Progress; steps: Map<ProgressStep, number> } {
  const started = new Map<ProgressStep, number>();
  const steps = new Map<ProgressStep, number>();
  return {
    steps,
    progress: {
      start: (step) => void started.set(step, performance.now()),
      tick() {},
      end: (step) => void steps.set(step, performance.now() - (started.get(step) ?? 0)),
    },
  };
}
