import { applyCold } from '../apply-cold.ts';
import type { Bench } from '../bench.ts';
import { insertRows } from '../floors/insert-rows.ts';
import type { Samples } from '../measure.ts';
import type { Row } from '../report.ts';

/** How fast an apply writes components, each pack in a transaction of its own with its inventory and its links. */
export async function rowsIntoPostgres(bench: Bench): Promise<Row[]> {
  const { few } = bench;
  const ours: number[] = [];
  const floor: number[] = [];
  let components = 0;
  for (let round = -few.warmUps; round < few.runs; round++) {
    const { target, first, close } = await applyCold(bench);
    try {
      components = await target.countComponents();
      const raw = await insertRows(target.context.database);
      if (round < 0) continue;
      ours.push(perSecond(components, first.steps.rows ?? 0));
      floor.push(perSecond(components, raw));
    } finally {
      await close();
    }
  }
  return [row(ours, floor, components)];
}

function row(ours: Samples, samples: Samples, components: number): Row {
  return {
    what: 'rows into Postgres',
    unit: 'components/s',
    ours,
    floor: { what: 'INSERT … SELECT of the same rows', samples },
    aim: '≥ 5,000 components/s',
    notes: [`${components} components; here a larger ratio is better`],
  };
}

function perSecond(count: number, ms: number): number {
  return (count / ms) * 1000;
}
