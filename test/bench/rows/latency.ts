import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bench } from '../bench.ts';
import { latencyRounds } from '../latency-rounds.ts';
import { makeFleet } from '../make-fleet.ts';
import { quantile, type Samples } from '../measure.ts';
import type { Row } from '../report.ts';

const packs = 500;

/** How long people wait in a fleet of 500 packs, each in a remote of its own: after a save, and after a push. */
export async function latency(bench: Bench): Promise<Row[]> {
  const directory = join(bench.directory, 'latency');
  await mkdir(directory);
  const fleet = bench.short ? bench.fleet : await makeFleet(directory, packs);
  const count = fleet.remotes.length;
  await writeFile(join(directory, 'watched'), '0');
  const { saves, webhooks } = await latencyRounds(bench, { directory, fleet, rounds: bench.short ? 1 : 60 });
  return [
    row(`save to committed row beside fs.watch, ${count} packs`, 'fs.watch, UPDATE', 'p95 < 300 ms', saves),
    row(`signed webhook to committed row, ${count} packs`, 'HTTP, UPDATE', 'p95 < 1,000 ms', webhooks),
  ];
}

function row(
  what: string,
  floor: string,
  aim: string,
  taken: { readonly ours: Samples; readonly floor: Samples },
): Row {
  const notes = [`ours ${renderQuantiles(taken.ours)}; floor ${renderQuantiles(taken.floor)}`];
  return { what, unit: 'ms', ours: taken.ours, floor: { what: floor, samples: taken.floor }, aim, notes };
}

function renderQuantiles(samples: Samples): string {
  return `p50 ${quantile(samples, 0.5).toFixed(1)} ms, p95 ${quantile(samples, 0.95).toFixed(1)} ms`;
}
