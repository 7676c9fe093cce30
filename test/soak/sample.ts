import { readFile } from 'node:fs/promises';

/** What a process had used at a moment. */
export interface Sample {
  /** In milliseconds, of `performance.now`. */
  readonly atMs: number;
  readonly memoryMiB: number;
  readonly descriptors: number;
  /** Seconds of a core, of the process itself and of those that it started and that ended. */
  readonly ownSeconds: number;
  readonly childSeconds: number;
}

/** Linux counts in hundredths of a second wherever Node runs. */
const ticksPerSecond = 100;

/** @param stat, status, descriptors what Linux says of the process */
export function parseSample(atMs: number, stat: string, status: string, descriptors: number): Sample {
  // The name before may hold anything.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const at = (index: number) => Number(fields[index]) / ticksPerSecond;
  return {
    atMs,
    memoryMiB: Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) / 1024,
    descriptors,
    ownSeconds: at(11) + at(12),
    childSeconds: at(13) + at(14),
  };
}

export async function takeSample(pid: number, descriptors: number): Promise<Sample> {
  const [stat, status] = await Promise.all([
    readFile(`/proc/${pid}/stat`, 'utf8'),
    readFile(`/proc/${pid}/status`, 'utf8'),
  ]);
  return parseSample(performance.now(), stat, status, descriptors);
}

/** What samples come to, from the first to the last. */
export interface Usage {
  readonly memoryMiB: number;
  /** Of a line through all samples. */
  readonly slopeMiBPerHour: number;
  readonly descriptors: number;
  /** Of one core, in percent. */
  readonly ownPercent: number;
  readonly childPercent: number;
}

/** @throws Error for fewer than two samples */
export function summariseSamples(samples: readonly Sample[]): Usage {
  const [first, last] = [samples[0], samples.at(-1)];
  if (first === undefined || last === undefined || first === last) throw new Error('two samples are needed at least');
  const share = (of: (sample: Sample) => number) => ((of(last) - of(first)) / (last.atMs - first.atMs)) * 100_000;
  return {
    memoryMiB: last.memoryMiB,
    slopeMiBPerHour: slope(samples.map(({ atMs, memoryMiB }) => [atMs / 3_600_000, memoryMiB])),
    descriptors: last.descriptors,
    ownPercent: share(({ ownSeconds }) => ownSeconds),
    childPercent: share(({ childSeconds }) => childSeconds),
  };
}

/** Of the line with the least squares. */
function slope(points: readonly (readonly [x: number, y: number])[]): number {
  const mean = (of: (point: readonly [number, number]) => number) =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [x, y] = [mean(([one]) => one), mean(([, one]) => one)];
  const products = points.map(([one, other]) => [(one - x) * (other - y), (one - x) ** 2] as const);
  const sum = (index: 0 | 1) => products.reduce((total, product) => total + product[index], 0);
  return sum(0) / sum(1);
}
