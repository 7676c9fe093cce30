import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { connect } from '../../../src/database/connect.ts';
import { applyCold, startPasses } from '../apply-cold.ts';
import type { Bench } from '../bench.ts';
import { readRows } from '../floors/read-rows.ts';
import { makeSharedFleet } from '../make-fleet.ts';
import { measure, measureBeside, timed } from '../measure.ts';
import type { PackShape } from '../pack-files.ts';
import type { Row } from '../report.ts';

/** Makes 20 components: a workflow is two of them. */
const shape: PackShape = { actions: 10, triggers: 3, sensors: 2, rules: 3, workflows: 1 };

/** Very many packs in which nothing changed, planned: beside the reading of their rows alone. */
export async function fleetPlan(bench: Bench): Promise<Row[]> {
  const { directory, program, short, many, few } = bench;
  const packs = short ? 5 : 1000;
  const desired = await makeSharedFleet(await mkdtemp(join(directory, 'fleet-')), packs, shape);
  const { target, pass, close } = await applyCold(bench, { desired });
  const { connection, schema } = target.context.database;
  const client = await connect(connection, schema, 'attune-sync-bench');
  try {
    await target.context.database.knex.raw('VACUUM ANALYZE');
    const floor = () => readRows(client);
    const warm = await measureBeside(many, async () => (await pass()).ms, floor);
    const whole = await measureBeside(
      few,
      () => timed(() => program.command(['plan', '--config', target.configFile])),
      floor,
    );
    const memory = await measure({ ...few, warmUps: 0 }, async () => {
      const process = startPasses(program, target);
      const { maxRssKiB } = await process.pass().finally(() => process.close());
      return maxRssKiB / 1024;
    });
    const count = packs.toLocaleString('en-GB');
    const components = (await target.countComponents()).toLocaleString('en-GB');
    const what = 'SELECT * of the same rows';
    return [
      {
        what: `plan of ${count} unchanged packs`,
        unit: 'ms',
        ours: warm.ours,
        floor: { what, samples: warm.floor },
        aim: '≤ 3',
        notes: [`${components} components, all packs in one git remote; in a process that runs already`],
      },
      {
        what: `attune-sync plan of ${count} unchanged packs, whole process`,
        unit: 'ms',
        ours: whole.ours,
        floor: { what, samples: whole.floor },
      },
      { what: `peak memory, plan of ${count} unchanged packs`, unit: 'MB', ours: memory, floor: null },
    ];
  } finally {
    await client.end();
    await close();
  }
}
