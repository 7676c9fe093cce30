import { applyCold } from '../apply-cold.ts';
import type { Bench } from '../bench.ts';
import { countWrites, settleWrites } from '../count-writes.ts';
import { listRemotes } from '../floors/list-remotes.ts';
import { measureBeside, timed } from '../measure.ts';
import type { Row } from '../report.ts';

/** A pass in which nothing changed: in a process that runs already, and as a whole `attune-sync plan`. */
export async function secondPass(bench: Bench): Promise<Row[]> {
  const { fleet, program, many } = bench;
  const { target, pass, close } = await applyCold(bench);
  try {
    const floor = () => listRemotes(fleet);
    const writes: string[] = [];
    await settleWrites(target.context.database);
    const warm = await measureBeside(
      many,
      async () => {
        let ms = 0;
        const counted = await countWrites(target.context.database, async () => {
          ms = (await pass()).ms;
        });
        writes.push(`${counted.walBytes} and ${counted.sequenceValues}`);
        return ms;
      },
      floor,
    );
    const whole = await measureBeside(
      many,
      () => timed(() => program.command(['plan', '--config', target.configFile])),
      floor,
    );
    const what = 'git ls-remote';
    return [
      {
        what: 'second pass',
        unit: 'ms',
        ours: warm.ours,
        floor: { what, samples: warm.floor },
        aim: '≤ 2',
        notes: [`WAL bytes and sequence values of each pass, aimed at 0 and 0: ${writes.join(', ')}`],
      },
      {
        what: 'attune-sync plan, whole process',
        unit: 'ms',
        ours: whole.ours,
        floor: { what, samples: whole.floor },
        aim: '≤ 2',
      },
    ];
  } finally {
    await close();
  }
}
