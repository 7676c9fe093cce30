import { applyCold } from '../apply-cold.ts';
import type { Bench } from '../bench.ts';
import { measure } from '../measure.ts';
import type { Row } from '../report.ts';

/** The most memory that a whole process holds over a cold apply and passes in which nothing changes. */
export async function peakMemory(bench: Bench): Promise<Row[]> {
  const passes = bench.short ? 1 : 20;
  const ours = await measure({ ...bench.few, warmUps: 0 }, async () => {
    const { first, pass, close } = await applyCold(bench);
    try {
      let { maxRssKiB } = first;
      for (let count = 0; count < passes; count++) ({ maxRssKiB } = await pass());
      return maxRssKiB / 1024;
    } finally {
      await close();
    }
  });
  const what = `peak memory, cold apply and ${passes} second passes`;
  const notes = ['resident memory of our process; git and PostgreSQL are processes of their own'];
  return [{ what, unit: 'MB', ours, floor: null, aim: '< 200 MB', notes }];
}
