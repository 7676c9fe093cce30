import { performance } from 'node:perf_hooks';

/** One measured number for each run, in the order taken. */
export type Samples = readonly number[];

export interface Summary {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

export interface Times {
  /** Runs before the first that counts: caches of the file system and compiled code. */
  readonly warmUps: number;
  readonly runs: number;
}

/** How long the work took, in milliseconds. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/**
 * Takes ours and the floor in turns, so that a load on the machine that comes and goes meets both.
 * @param ours, floor take one sample each
 */
export async function measureBeside(
  { warmUps, runs }: Times,
  ours: () => Promise<number>,
  floor: () => Promise<number>,
): Promise<{ ours: Samples; floor: Samples }> {
  const taken: { ours: number[]; floor: number[] } = { ours: [], floor: [] };
  for (let round = -warmUps; round < runs; round++) {
    const [one, other] = [await ours(), await floor()];
    if (round < 0) continue;
    taken.ours.push(one);
    taken.floor.push(other);
  }
  return taken;
}

export async function measure({ warmUps, runs }: Times, sample: () => Promise<number>): Promise<Samples> {
  const taken: number[] = [];
  for (let round = -warmUps; round < runs; round++) {
    const one = await sample();
    if (round >= 0) taken.push(one);
  }
  return taken;
}

export function summarise(samples: Samples): Summary {
  return { median: quantile(samples, 0.5), least: Math.min(...samples), most: Math.max(...samples) };
}

/** The sample at this share of all, by the nearest rank; 0.5 of an even number is the mean of the middle two. */
export function quantile(samples: Samples, share: number): number {
  if (samples.length === 0) throw new Error('nothing was measured');
  const sorted = samples.toSorted((one, other) => one - other);
  const at = (index: number) => sorted[Math.min(Math.max(index, 0), sorted.length - 1)] ?? 0;
  const rank = share * sorted.length;
  if (share === 0.5 && Number.isInteger(rank)) return (at(rank - 1) + at(rank)) / 2;
  return at(Math.ceil(rank) - 1);
}
