import type { Point } from './child/orders.ts';
import type { Trial } from './try-scenario.ts';

/** Every point in every way that it can be a fault. */
export function everyTrial(points: readonly Point[]): readonly Trial[] {
  return modes.flatMap((mode) => trialsOf(mode, points));
}

/** A kill at every point and a cut at every statement; of the other ways, which end much like these, one in eight. */
export function allTrials(points: readonly Point[]): readonly Trial[] {
  return modes.flatMap((mode) => {
    const trials = trialsOf(mode, points);
    return mode === 'kill' || mode === 'cut' ? trials : trials.filter((_, index) => index % 8 === 0);
  });
}

/** A kill, at another place in each scenario, and in some of them one more way; the same ones every time. */
export function someTrials(points: readonly Point[], seed: number): readonly Trial[] {
  return modes.flatMap((mode, index) => {
    const trials = trialsOf(mode, points);
    const count = mode === 'kill' ? 1 : (seed + index) % (modes.length - 1) === 0 ? 1 : 0;
    const offset = ((seed * 37) % 100) / 100;
    return spread(trials, count, offset);
  });
}

const modes = ['kill', 'cut', 'lock', 'full', 'read-only', 'company'] as const;

function trialsOf(mode: Trial['mode'], points: readonly Point[]): readonly Trial[] {
  return points.map((point, index) => ({ mode, at: index + 1, point })).filter(({ point }) => isFault[mode](point));
}

const isFault: Readonly<Record<Trial['mode'], (point: Point) => boolean>> = {
  kill: () => true,
  cut: ({ kind }) => kind === 'statement' || kind === 'sent',
  lock: ({ kind }) => kind === 'statement',
  full: ({ inStore, needsRoom }) => inStore === true && needsRoom === true,
  'read-only': ({ inStore }) => inStore === true,
  company: () => true,
};

function spread<T>(all: readonly T[], count: number, offset: number): readonly T[] {
  if (all.length <= count) return all;
  return Array.from({ length: count }, (_, index) => {
    const at = Math.floor(((index + offset) / count) * all.length);
    return all[at % all.length];
  }).filter((one) => one !== undefined);
}
