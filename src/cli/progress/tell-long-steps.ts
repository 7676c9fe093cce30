import type { Logger } from '../../logger.ts';
import { formatDuration } from '../../text/format-duration.ts';
import type { StepListener } from './track-steps.ts';

const everyMs = 60_000;

export interface LongSteps extends Required<Pick<StepListener, 'changed'>> {
  close(): void;
}

/** Once a minute, a line for each pack that is still in a step after a minute: whoever reads a log knows what it waits for. */
export function tellLongSteps(log: Logger, nowMs: () => number): LongSteps {
  let timer: NodeJS.Timeout | null = null;
  const stop = () => {
    if (timer !== null) clearInterval(timer);
    timer = null;
  };
  return {
    changed(underWay) {
      if (underWay.isIdle()) return stop();
      timer ??= setInterval(() => {
        for (const { ref, step, startedMs } of underWay.packs()) {
          const durationMs = Math.round(nowMs() - startedMs);
          if (durationMs < everyMs) continue;
          const fields = { step, ref, durationMs, outcome: 'running' };
          log.info(`${ref}: ${step} has taken ${formatDuration(durationMs)} so far.`, fields);
        }
      }, everyMs).unref();
    },
    close: stop,
  };
}
