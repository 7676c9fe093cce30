import type { ProgressStep } from '../../progress.ts';

/** A step of many packs that is over: the phase itself, or one within it. */
export interface EndedPhase {
  readonly step: ProgressStep;
  readonly done: number;
  /** Those that came to it and did not get through; the rest of `total` never came to it. */
  readonly failed: number;
  readonly total: number;
  /** While at least one pack was in it. */
  readonly durationMs: number;
  /** The pack, where there is only one. */
  readonly ref: string | null;
  /** Nothing came of it. */
  readonly isRoutine: boolean;
}

export interface Phase {
  readonly step: ProgressStep;
  readonly total: number;
  readonly startedMs: number;
  readonly isRoutine: boolean;
  readonly tallies: Map<ProgressStep, Tally>;
}

interface Tally {
  readonly begun: Set<string>;
  readonly over: Set<string>;
  readonly done: Set<string>;
  underWay: number;
  sinceMs: number;
  durationMs: number;
}

interface PackStep {
  readonly ref: string;
  readonly step: ProgressStep;
  readonly startedMs: number;
}

export function beginPhase(step: ProgressStep, total: number, startedMs: number, isRoutine = false): Phase {
  return { step, total, startedMs, isRoutine, tallies: new Map() };
}

export function enterStep(phase: Phase, { ref, step, startedMs }: PackStep): void {
  const tally = tallyOf(phase, step);
  tally.begun.add(ref);
  if (tally.underWay === 0) tally.sinceMs = startedMs;
  tally.underWay += 1;
}

export function leaveStep(phase: Phase, { step }: PackStep, endedMs: number): void {
  const tally = tallyOf(phase, step);
  tally.underWay -= 1;
  if (tally.underWay === 0) tally.durationMs += endedMs - tally.sinceMs;
}

/** The pack is through it. */
export function passStep(phase: Phase, { ref, step }: PackStep, failed: boolean): void {
  const { over, done } = tallyOf(phase, step);
  over.add(ref);
  if (failed) done.delete(ref);
  else done.add(ref);
}

/** The phase first, then the steps within it, in the order in which they began; without those that no pack came to. */
export function summarisePhase(phase: Phase, endedMs: number): EndedPhase[] {
  const own = tallyOf(phase, phase.step);
  const within = [...phase.tallies].filter(([step]) => step !== phase.step);
  const isRoutine = phase.isRoutine && within.length === 0;
  const describe = (step: ProgressStep, { begun, over, done }: Tally, total: number, durationMs: number) => {
    const [only] = begun;
    const failed = over.size - done.size;
    return { step, done: done.size, failed, total, durationMs, ref: total === 1 ? (only ?? null) : null, isRoutine };
  };
  return [
    ...(own.begun.size === 0 ? [] : [describe(phase.step, own, phase.total, endedMs - phase.startedMs)]),
    ...within.map(([step, tally]) => describe(step, tally, tally.begun.size, tally.durationMs)),
  ];
}

function tallyOf({ tallies }: Phase, step: ProgressStep): Tally {
  const known = tallies.get(step);
  if (known !== undefined) return known;
  const tally = {
    begun: new Set<string>(),
    over: new Set<string>(),
    done: new Set<string>(),
    underWay: 0,
    sinceMs: 0,
    durationMs: 0,
  };
  tallies.set(step, tally);
  return tally;
}
