import type { Progress, ProgressStep } from '../../progress.ts';
import {
  beginPhase,
  type EndedPhase,
  enterStep,
  leaveStep,
  type Phase,
  passStep,
  summarisePhase,
} from './tally-phase.ts';

/** A pack and the step that it is in. */
export interface PackUnderWay {
  readonly ref: string;
  readonly step: ProgressStep;
  readonly startedMs: number;
}

export interface PhaseUnderWay {
  readonly step: ProgressStep;
  readonly total: number;
  /** How many packs went through it, or failed in it. */
  readonly over: number;
  readonly startedMs: number;
}

/** A step of one pack that is over. */
export interface EndedStep {
  readonly ref: string;
  readonly step: ProgressStep;
  readonly durationMs: number;
  readonly failed: boolean;
  /** The packs of the phase that it was in; null outside one. */
  readonly total: number | null;
  readonly isRoutine: boolean;
}

/** What is under way now, whenever it is asked; routine is left out. */
export interface UnderWay {
  isIdle(): boolean;
  /** The one that began first stands first. */
  packs(): readonly PackUnderWay[];
  /** The one that began last. */
  phase(): PhaseUnderWay | null;
}

export interface StepListener {
  /** A step or phase began or ended. */
  changed?(underWay: UnderWay): void;
  phaseBegan?(step: ProgressStep, total: number): void;
  stepEnded?(ended: EndedStep): void;
  /** The phase first, then what was within it, in the order in which they began. */
  phaseEnded?(ended: readonly EndedPhase[]): void;
}

interface Run extends PackUnderWay {
  /** Calls for this step of this pack that have not returned. */
  calls: number;
  failed: boolean;
  readonly phase: Phase | null;
}

/** Knows which pack is in which step since when, and tells what is over. */
export function trackSteps(listener: StepListener, nowMs: () => number): Progress {
  const runs = new Map<string, Run>();
  const phases = new Set<Phase>();
  let last: Phase | null = null;
  const isRoutine = ({ step, phase }: Run) => phase?.isRoutine === true && phase.step === step;

  const underWay: UnderWay = {
    isIdle: () => phases.size === 0 && runs.size === 0,
    packs: () => [...runs.values()].filter((run) => !isRoutine(run)),
    phase() {
      if (last === null || last.isRoutine) return null;
      const { step, total, startedMs, tallies } = last;
      return { step, total, startedMs, over: tallies.get(step)?.over.size ?? 0 };
    },
  };
  const begin = (step: ProgressStep, ref: string): Run => {
    const before = runs.get(ref);
    if (before?.step === step) {
      before.calls += 1;
      return before;
    }
    if (before !== undefined) leave(before);
    const run = { ref, step, startedMs: nowMs(), calls: 1, failed: false, phase: last };
    runs.set(ref, run);
    if (run.phase !== null) enterStep(run.phase, run);
    listener.changed?.(underWay);
    return run;
  };
  const end = (run: Run, failed: boolean) => {
    run.calls -= 1;
    run.failed ||= failed;
    if (run.calls > 0) return;
    if (run.phase !== null) passStep(run.phase, run, run.failed);
    if (runs.get(run.ref) === run) leave(run);
  };
  const leave = (run: Run) => {
    const { ref, step, failed, phase } = run;
    const endedMs = nowMs();
    runs.delete(ref);
    if (phase !== null) leaveStep(phase, run, endedMs);
    const durationMs = endedMs - run.startedMs;
    listener.stepEnded?.({ ref, step, durationMs, failed, total: phase?.total ?? null, isRoutine: isRoutine(run) });
    listener.changed?.(underWay);
  };
  return {
    async phase(step, total, work, options = {}) {
      if (total === 0) return work();
      const phase = beginPhase(step, total, nowMs(), options.isRoutine);
      phases.add(phase);
      last = phase;
      listener.phaseBegan?.(step, total);
      listener.changed?.(underWay);
      try {
        return await work();
      } finally {
        phases.delete(phase);
        last = [...phases].at(-1) ?? null;
        listener.phaseEnded?.(summarisePhase(phase, nowMs()));
        listener.changed?.(underWay);
      }
    },
    async step(step, ref, work, isFailed = () => false) {
      const run = begin(step, ref);
      let failed = true;
      try {
        const made = await work();
        failed = isFailed(made);
        return made;
      } finally {
        end(run, failed);
      }
    },
  };
}
