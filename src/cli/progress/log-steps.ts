import type { Logger } from '../../logger.ts';
import { countOf } from '../../plan/render/render-summary.ts';
import type { ProgressStep } from '../../progress.ts';
import { formatDuration } from '../../text/format-duration.ts';
import { stepTitles } from './step-titles.ts';
import type { EndedPhase } from './tally-phase.ts';
import type { EndedStep, StepListener } from './track-steps.ts';

/** A step of one pack that took this long is worth a line of its own among hundreds of packs. */
const noticeableMs = 1000;
/** Few packs build or test anything, and what it takes is asked for; less than this is a build that was there already. */
const noticeableWorkMs = 100;
const work: readonly ProgressStep[] = ['environment', 'tests'];

interface LogOptions {
  readonly isDrawn: boolean;
  /** Whether anybody reads what is logged for debugging: of hundreds of packs it is not even made otherwise. */
  readonly isDebugged: boolean;
}

/**
 * One line a step of the run with its duration, and one for each pack that took noticeably long in a step; those of all
 * other packs are for debugging.
 *
 * @param options.isDrawn what is seen on a terminal anyway is logged for debugging only
 */
export function logSteps(log: Logger, { isDrawn, isDebugged }: LogOptions): StepListener {
  const say = isDrawn ? log.debug : log.info;
  return {
    phaseBegan(step, total) {
      log.debug(stepTitles[step].doing, { step, total });
    },
    stepEnded(ended) {
      const isShown = isNoticeable(ended);
      if (!isDebugged && (isDrawn || !isShown)) return;
      const { ref, step, failed } = ended;
      const durationMs = Math.round(ended.durationMs);
      const took = `${failed ? 'failed after' : 'took'} ${formatDuration(durationMs)}`;
      const fields = { step, ref, durationMs, outcome: failed ? 'failed' : 'done' };
      (isShown ? say : log.debug)(`${ref}: ${step} ${took}.`, fields);
    },
    phaseEnded(phases) {
      for (const phase of phases) {
        const { step, done, failed, total } = phase;
        const durationMs = Math.round(phase.durationMs);
        const end = failed === 0 ? '' : `: ${failed} failed`;
        (phase.isRoutine ? log.debug : say)(`${describe(phase)} in ${formatDuration(durationMs)}${end}.`, {
          step,
          done,
          failed,
          total,
          durationMs,
        });
      }
    },
  };
}

/** Of a single pack the line of the whole step says it, except that it failed. */
function isNoticeable({ step, durationMs, failed, total, isRoutine }: EndedStep): boolean {
  const isSaid = isRoutine || (total === 1 && !failed);
  return !isSaid && durationMs >= (work.includes(step) ? noticeableWorkMs : noticeableMs);
}

/** Those that failed were taken through the step too: how many, is said behind it. */
function describe({ step, done, failed, total, ref }: EndedPhase): string {
  const packs = countOf(total, 'pack');
  const named = failed === 0 && ref !== null ? ref : packs;
  const what = done + failed < total ? `${done + failed} of ${packs}` : named;
  return `${stepTitles[step].done} ${what}`;
}
