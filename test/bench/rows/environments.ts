import { mkdtemp, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeWheel } from '../../support/local-packages.ts';
import { applyCold, type ColdApply } from '../apply-cold.ts';
import type { Bench } from '../bench.ts';
import type { PassReport } from '../children/run-passes.ts';
import { type EnvironmentCommands, plainEnvironment } from '../floors/plain-environment.ts';
import { commitToAll, makeFleet, type RemoteFleet } from '../make-fleet.ts';
import { measureBeside } from '../measure.ts';
import type { PackFiles, PackShape } from '../pack-files.ts';
import { type Row, renderSteps } from '../report.ts';

/** Beside the one action in Python. */
const shape: PackShape = { actions: 4, triggers: 2, sensors: 1, rules: 2, workflows: 1 };

const pip: EnvironmentCommands = {
  create: ['python3', '-m', 'venv', '{env_dir}'],
  install: ['{interpreter}', '-m', 'pip', 'install', '-q', '-r', '{manifest_path}'],
};
/** pip alone takes seconds. */
const withoutPip: EnvironmentCommands = {
  create: ['python3', '-m', 'venv', '--without-pip', '{env_dir}'],
  install: ['cp', '{manifest_path}', '{env_dir}'],
};

/** Packs in Python that share one manifest, beside the same packs whose runtime makes no environment. */
export async function environments(bench: Bench): Promise<Row[]> {
  const { directory, short, few } = bench;
  const place = await mkdtemp(join(directory, 'environments-'));
  const commands = short ? withoutPip : pip;
  const packs = short ? 3 : 100;
  const manifest = await makeManifest(place);
  const make = (name: string, runtime: string) =>
    makeFleet(join(place, name), packs, shape, (ref) => pythonFiles(ref, manifest, runtime));
  const [equipped, without] = [await make('with', runtimeFile(commands)), await make('without', runtimeFile(null))];
  const passes: PassReport[] = [];
  const plain: number[] = [];
  await using ours = keepLast(bench, equipped);
  await using floor = keepLast(bench, without);
  const cold = await measureBeside(
    few,
    async () => {
      const report = await ours.apply();
      passes.push(report);
      return report.ms;
    },
    async () => {
      plain.push(
        await plainEnvironment(await mkdtemp(join(place, 'plain-')), join(place, 'requirements.txt'), commands),
      );
      return (await floor.apply()).ms;
    },
  );
  const counted = passes.slice(few.warmUps);
  const changed = await measureChanges(bench, ours, floor);
  const what = `${packs} packs in Python that share a manifest`;
  const others = 'the same packs without environments';
  return [
    {
      what: `cold apply of ${what}`,
      unit: 'ms',
      ours: cold.ours,
      floor: { what: others, samples: cold.floor },
      notes: [`the steps of each run in ms: ${counted.map(renderSteps).join('; ')}`],
    },
    {
      what: `cold apply of ${what}: the environment`,
      unit: 'ms',
      ours: counted.map(({ steps }) => steps.environment ?? 0),
      floor: { what: commands.create.slice(0, 3).join(' ').concat(', pip install'), samples: plain.slice(few.warmUps) },
    },
    {
      what: `reinstall of ${what}, code of each changed`,
      unit: 'ms',
      ours: changed.ours,
      floor: { what: others, samples: changed.floor },
      aim: '≤ 1.2',
      notes: [`environments that were built, aimed at 0: ${changed.built}`],
    },
  ];
}

async function measureChanges({ few }: Bench, ours: Kept, floor: Kept) {
  const before = await listBuilt(ours.last());
  let round = 0;
  const change = async ({ fleet, last }: Kept) => {
    round += 1;
    await commitToAll(fleet, () => ({ 'actions/act.py': `print('round ${round}')\n` }));
    return (await last().pass('applied')).ms;
  };
  const taken = await measureBeside(
    few,
    () => change(ours),
    () => change(floor),
  );
  return { ...taken, built: (await listBuilt(ours.last())).filter((one) => !before.includes(one)).length };
}

/** Cold applies of a fleet, of which the last one goes on. */
interface Kept extends AsyncDisposable {
  readonly fleet: RemoteFleet;
  readonly apply: () => Promise<PassReport>;
  readonly last: () => ColdApply;
}

function keepLast(bench: Bench, fleet: RemoteFleet): Kept {
  let kept: ColdApply | undefined;
  return {
    fleet,
    async apply() {
      await kept?.close();
      kept = await applyCold(bench, fleet);
      return kept.first;
    },
    last() {
      if (kept === undefined) throw new Error('nothing was applied yet');
      return kept;
    },
    async [Symbol.asyncDispose]() {
      await kept?.close();
    },
  };
}

/** Environments by key, and when each was built. */
async function listBuilt({ target }: ColdApply): Promise<readonly string[]> {
  const directory = join(target.context.config.packStore.directory, '.environments');
  const keys = await readdir(directory);
  return Promise.all(keys.map(async (key) => `${key} ${(await stat(join(directory, key, '.complete'))).mtimeMs}`));
}

/** @returns its text, which names three wheels beside it */
async function makeManifest(place: string): Promise<string> {
  const wheels: string[] = [];
  for (const name of ['frog', 'newt', 'toad']) {
    wheels.push(join(place, await makeWheel(place, name, '1.0', `sound = '${name}'\n`)));
  }
  const text = `${wheels.join('\n')}\n`;
  await writeFile(join(place, 'requirements.txt'), text);
  return text;
}

function pythonFiles(ref: string, manifest: string, runtime: string): PackFiles {
  return {
    'requirements.txt': manifest,
    'actions/act.yaml': `ref: ${ref}.act\nlabel: Act\nrunner_type: python\nentry_point: act.py\n`,
    'actions/act.py': "print('round 0')\n",
    ...(ref === 'core' ? { 'runtimes/python.yaml': runtime } : {}),
  };
}

/** @param commands null: there is nothing to make */
function runtimeFile(commands: EnvironmentCommands | null): string {
  const environment = commands && {
    env_type: 'virtualenv',
    dir_name: '.venv',
    create_command: commands.create,
    interpreter_path: '{env_dir}/bin/python3',
  };
  const dependencies = commands && { manifest_file: 'requirements.txt', install_command: commands.install };
  const config = { interpreter: { binary: 'python3' }, ...(commands && { environment, dependencies }) };
  return `ref: core.python\nname: Python\nexecution_config: ${JSON.stringify(config)}\n`;
}
