import { hasProgram } from '../../support/run-program.ts';
import { applyCold } from '../apply-cold.ts';
import type { Bench } from '../bench.ts';
import type { PassReport } from '../children/run-passes.ts';
import { deployWithG10k } from '../floors/g10k.ts';
import { plainGit } from '../floors/plain-git.ts';
import { measure, measureBeside } from '../measure.ts';
import { type Row, renderSteps } from '../report.ts';
import { openBenchServer } from '../target.ts';

/** Every pack from its remote into an empty database and an empty pack store, by a process from its start on. */
export async function coldApply(bench: Bench): Promise<Row[]> {
  const { directory, fleet, few } = bench;
  const taken: PassReport[] = [];
  const ours = (server = bench.server) => {
    return async () => {
      const cold = await applyCold(bench, { server });
      taken.push(cold.first);
      await cold.close();
      return cold.first.ms;
    };
  };
  const hasG10k = await hasProgram('g10k');
  const g10k: number[] = [];
  const durable = await measureBeside(few, ours(), async () => {
    if (hasG10k) g10k.push(await deployWithG10k(directory, fleet));
    return plainGit(directory, fleet);
  });
  const steps = taken.slice(few.warmUps).map(renderSteps);
  const aim = '≤ 1 of g10k';
  const rows: Row[] = [
    {
      what: 'cold apply',
      unit: 'ms',
      ours: durable.ours,
      floor: { what: 'git ls-remote, fetch, checkout', samples: durable.floor },
      aim,
      notes: [`the steps of each run in ms: ${steps.join('; ')}`],
    },
  ];
  const loose = await openBenchServer(directory, false);
  try {
    rows.push({
      what: 'cold apply, fsync off',
      unit: 'ms',
      ours: await measure(few, ours(loose)),
      floor: { what: 'git ls-remote, fetch, checkout', samples: durable.floor },
    });
  } finally {
    await loose.close();
  }
  rows.push({
    what: 'cold apply beside g10k',
    unit: 'ms',
    ours: durable.ours,
    floor: hasG10k ? { what: 'g10k deploy', samples: g10k.slice(few.warmUps) } : null,
    aim,
    ...(hasG10k ? {} : { notes: ['g10k is not on the PATH'] }),
  });
  return rows;
}
