import { type Progress, type ProgressStep, progressSteps } from '../progress.ts';

/** Signs of life of a daemon: every step that begins or ends is one. */
export interface Pulse {
  /** Does what the given one does, and is felt. */
  readonly progress: Progress;
  /** Another sign of life. */
  readonly beat: () => void;
  /** For how long there was no sign, and which steps are under way, each once. */
  readonly read: () => { readonly silentMs: number; readonly steps: readonly ProgressStep[] };
}

/** @param nowMs a clock that never goes back */
export function feelPulse(progress: Progress, nowMs: () => number): Pulse {
  const under = new Map<ProgressStep, number>();
  let lastMs = nowMs();
  const beat = () => {
    lastMs = nowMs();
  };
  const count = (step: ProgressStep, by: number) => {
    under.set(step, (under.get(step) ?? 0) + by);
    beat();
  };
  return {
    beat,
    read: () => ({
      silentMs: nowMs() - lastMs,
      steps: progressSteps.filter((step) => (under.get(step) ?? 0) > 0),
    }),
    progress: {
      phase: progress.phase,
      async step(step, ref, work, isFailed) {
        count(step, 1);
        try {
          return await progress.step(step, ref, work, isFailed);
        } finally {
          count(step, -1);
        }
      },
    },
  };
}
