import { mkdir, mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { connect } from '../../../src/database/connect.ts';
import { applyCold } from '../apply-cold.ts';
import type { Bench } from '../bench.ts';
import type { PassReport } from '../children/run-passes.ts';
import { fetchCommits, makeMirrors } from '../floors/fetch-commits.ts';
import { updateRows } from '../floors/update-rows.ts';
import { commitToAll, makeFleet } from '../make-fleet.ts';
import { measureBeside, type Samples } from '../measure.ts';
import { changedAction, type PackShape } from '../pack-files.ts';
import { type Row, renderSteps } from '../report.ts';

/** Makes 12 components: a workflow is two of them. */
const shape: PackShape = { actions: 5, triggers: 2, sensors: 1, rules: 2, workflows: 1 };

/** One action of each pack changes in its remote: until a process that runs already has applied all of them. */
export async function reinstall(bench: Bench): Promise<Row[]> {
  const { directory, short, few } = bench;
  const place = await mkdtemp(join(directory, 'reinstall-'));
  const mirrors = join(place, 'mirrors');
  await mkdir(mirrors);
  const fleet = await makeFleet(place, short ? 3 : 100, shape);
  await makeMirrors(mirrors, fleet);
  await fetchCommits(mirrors, fleet);
  const { target, pass, close } = await applyCold(bench, { desired: fleet.desired });
  const { connection, schema } = target.context.database;
  const client = await connect(connection, schema, 'attune-sync-bench');
  const passes: PassReport[] = [];
  const [fetches, updates]: [number[], number[]] = [[], []];
  let round = 0;
  try {
    const { ours, floor } = await measureBeside(
      few,
      async () => {
        const label = `Job 1, round ${++round}`;
        await commitToAll(fleet, (ref) => changedAction(ref, label));
        const report = await pass('applied');
        passes.push(report);
        return report.ms;
      },
      async () => {
        const [fetch, update] = [
          await fetchCommits(mirrors, fleet),
          await updateRows(
            client,
            fleet.remotes.map(({ ref }) => `${ref}.job_1`),
          ),
        ];
        fetches.push(fetch);
        updates.push(update);
        return fetch + update;
      },
    );
    const counted = (samples: Samples) => samples.slice(few.warmUps);
    const steps = passes.slice(few.warmUps).map(renderSteps);
    const fetched = `git fetch of the commits: ${counted(fetches).map(Math.round).join(', ')}`;
    const what = `reinstall of ${fleet.remotes.length} packs, one action changed in each`;
    return [
      {
        what,
        unit: 'ms',
        ours,
        floor: { what: 'git fetch, UPDATE', samples: floor },
        notes: [`the steps of each run in ms: ${steps.join('; ')}. ${fetched}`],
      },
      {
        what: `${what}: rows and links`,
        unit: 'ms',
        ours: counted(passes.map(({ steps }) => steps.rows ?? 0)),
        floor: { what: 'UPDATE, a transaction each', samples: counted(updates) },
      },
    ];
  } finally {
    await client.end();
    await close();
  }
}
