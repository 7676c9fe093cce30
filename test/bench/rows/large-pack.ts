import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { applyCold } from '../apply-cold.ts';
import type { Bench } from '../bench.ts';
import { insertRows } from '../floors/insert-rows.ts';
import { writePackDirectory } from '../make-fleet.ts';
import { packFiles, runtimeFiles } from '../pack-files.ts';
import type { Row } from '../report.ts';

/** One pack of very many actions, from a directory: read, planned, published and applied. */
export async function largePack({ directory, server, few, short }: Bench): Promise<Row[]> {
  const actions = short ? 50 : 3500;
  const place = await mkdtemp(join(directory, 'large-'));
  const shape = { actions, triggers: 0, sensors: 0, rules: 0, workflows: 0 };
  await writePackDirectory(join(place, 'packs/core'), { ...packFiles('core', shape), ...runtimeFiles });
  const desired = join(place, 'desired');
  await mkdir(desired);
  await writeFile(join(desired, 'core.yaml'), 'kind: Pack\nref: core\nsource:\n  directory: ../packs/core\n');
  const ours: number[] = [];
  const samples: number[] = [];
  for (let round = -few.warmUps; round < few.runs; round++) {
    const { target, ms } = await applyCold(directory, server, desired);
    const raw = await insertRows(target.context.database);
    await target.close();
    if (round < 0) continue;
    ours.push(ms);
    samples.push(raw);
  }
  await rm(place, { recursive: true });
  const floor = { what: 'INSERT … SELECT of the same rows', samples };
  const what = `one pack of ${actions.toLocaleString('en-GB')} actions, planned and applied`;
  return [{ what, unit: 'ms', ours, floor, aim: '< 2,000 ms' }];
}
