import type { Bench } from '../bench.ts';
import { measure } from '../measure.ts';
import type { Row } from '../report.ts';
import { openTarget } from '../target.ts';

/** The most memory that a whole process holds over a cold apply and passes in which nothing changes. */
export async function peakMemory({ directory, fleet, server, program, few, short }: Bench): Promise<Row[]> {
  const passes = short ? 1 : 20;
  const ours = await measure({ ...few, warmUps: 0 }, async () => {
    const target = await openTarget(directory, server, fleet);
    try {
      const printed = await program.child('run-passes', [target.configFile, `${passes}`]);
      return (JSON.parse(printed) as { maxRssKiB: number }).maxRssKiB / 1024;
    } finally {
      await target.close();
    }
  });
  const what = `peak memory, cold apply and ${passes} second passes`;
  const notes = ['resident memory of our process; git and PostgreSQL are processes of their own'];
  return [{ what, unit: 'MB', ours, floor: null, aim: '< 200 MB', notes }];
}
