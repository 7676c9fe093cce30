import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { applyCold } from '../apply-cold.ts';
import type { Bench } from '../bench.ts';
import { insertRows } from '../floors/insert-rows.ts';
import { writePackDirectory } from '../make-fleet.ts';
import { quantile } from '../measure.ts';
import { packFiles, runtimeFiles } from '../pack-files.ts';
import type { Row } from '../report.ts';

/** One pack of very many actions, from a directory: read, planned, published and applied. */
export async function largePack(bench: Bench): Promise<Row[]> {
  const { directory, few, short } = bench;
  const actions = short ? 50 : 3500;
  const place = await mkdtemp(join(directory, 'large-'));
  const shape = { actions, triggers: 0, sensors: 0, rules: 0, workflows: 0 };
  await writePackDirectory(join(place, 'packs/core'), { ...packFiles('core', shape), ...runtimeFiles });
  const desired = join(place, 'desired');
  await mkdir(desired);
  await writeFile(join(desired, 'core.yaml'), 'kind: Pack\nref: core\nsource:\n  directory: ../packs/core\n');
  const ours: number[] = [];
  const samples: number[] = [];
  const rates: number[] = [];
  for (let round = -few.warmUps; round < few.runs; round++) {
    const { target, first, close } = await applyCold(bench, { desired });
    const raw = await insertRows(target.context.database);
    const components = await target.countComponents();
    await close();
    if (round < 0) continue;
    ours.push(first.ms);
    samples.push(raw);
    rates.push(components / ((first.steps.rows ?? 0) / 1000));
  }
  const floor = { what: 'INSERT … SELECT of the same rows', samples };
  const what = `one pack of ${actions.toLocaleString('en-GB')} actions, planned and applied`;
  const notes = [
    `by a process from its start on; rows into Postgres at ${Math.round(quantile(rates, 0.5))} components/s`,
  ];
  return [{ what, unit: 'ms', ours, floor, aim: '< 2,000 ms', notes }];
}
