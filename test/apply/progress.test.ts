import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type EndedStep, trackSteps } from '../../src/cli/progress/track-steps.ts';
import { reconcile } from '../../src/reconcile.ts';
import { createFleet, type Fleet } from '../support/fleet.ts';
import { createRemote, temporaryDirectory } from '../support/git.ts';

async function applyTold(fleet: Fleet) {
  const ended: EndedStep[] = [];
  const phases: string[] = [];
  const progress = trackSteps(
    {
      stepEnded: (step) => ended.push(step),
      phaseEnded: (all) => phases.push(all.map(({ step, done, total }) => `${step} ${done}/${total}`).join(', ')),
    },
    () => performance.now(),
  );
  const context = { ...fleet.context, progress };
  await reconcile(context, { cause: 'apply', who: 'test@here', lockTimeoutMs: 20_000 });
  const stepsOf = (name: string) =>
    ended.filter(({ ref }) => ref === name).map(({ step, failed }) => (failed ? `${step} failed` : step));
  return { stepsOf, phases };
}

test('each pack says which steps it goes through, and one that fails says in which', async (context) => {
  await using fleet = await createFleet();
  const files = { 'pack.yaml': 'ref: far\nlabel: far\nversion: 1.0.0\n' };
  const remote = await createRemote(await temporaryDirectory(context), files);
  await fleet.write({
    'desired/far.yaml': `kind: Pack\nref: far\nsource:\n  git: { url: '${remote.url}', branch: main }\n`,
    // Published versions of it cannot be put below a file.
    'store/.versions/stuck': '',
  });
  for (const ref of ['near', 'stuck', 'gone']) await fleet.writePack(ref);
  await fleet.write({ 'packs/gone/pack.yaml': 'ref: [' });
  const first = await applyTold(fleet);
  const whole = ['fetch', 'verify', 'publish', 'rows', 'switch'];
  assert.deepEqual(first.stepsOf('near'), whole);
  assert.deepEqual(first.stepsOf('far'), whole);
  assert.deepEqual(first.stepsOf('gone'), ['fetch', 'verify failed']);
  assert.deepEqual(first.stepsOf('stuck'), ['fetch', 'verify', 'publish failed']);
  assert.deepEqual(first.phases, ['fetch 3/4, verify 3/4', 'publish 2/3', 'rows 2/3, switch 2/2']);
  const second = await applyTold(fleet);
  assert.deepEqual(second.stepsOf('near'), ['fetch']);
});

const shell = `ref: core.shell
name: shell
distributions: {}
execution_config:
  interpreter: { binary: sh }
  environment: { env_type: directory, dir_name: .env, create_command: [mkdir, "{env_dir}"] }
  dependencies: { manifest_file: needs.txt, install_command: [grep, -q, frog, "{manifest_path}"] }
`;

test('a pack is in its environment step while it builds or links, not while another builds for it; then come tests', async () => {
  await using fleet = await createFleet({ environment: { PATH: process.env.PATH ?? '' } });
  Object.assign(fleet.context.config.environments, { build: 'here' });
  await fleet.writePack('core', { 'runtimes/shell.yaml': shell });
  const write = (ref: string, needs: string, suite = '') =>
    fleet.writePack(
      ref,
      {
        'needs.txt': `${needs}\n`,
        [`actions/${ref}.yaml`]: `ref: ${ref}.hop\nrunner_type: core.shell\nentry_point: hop.sh\n`,
        'actions/hop.sh': '',
        ...(suite === '' ? {} : { 'tests/run.sh': suite }),
      },
      suite === ''
        ? {}
        : { pack: 'testing: { runners: { all: { type: script, entry_point: tests/run.sh, timeout: 20 } } }\n' },
    );
  await write('lake', 'frog');
  await write('pond', 'frog', 'exit 0\n');
  await write('pool', 'frog', 'exit 1\n');
  await write('well', 'toad');
  const { stepsOf, phases } = await applyTold(fleet);
  const before = ['fetch', 'verify', 'publish'];
  // What it builds and that it links it are two spans of one step; who shares a build has only the second.
  assert.deepEqual(stepsOf('lake'), [...before, 'environment', 'environment', 'rows', 'switch']);
  assert.deepEqual(stepsOf('pond'), [...before, 'environment', 'tests', 'rows', 'switch']);
  assert.deepEqual(stepsOf('pool'), [...before, 'environment', 'tests failed']);
  assert.deepEqual(stepsOf('well'), [...before, 'environment failed']);
  // The pack without an environment does not wait for the others.
  assert.deepEqual(phases.slice(2), ['rows 1/1, switch 1/1', 'environment 3/4', 'tests 1/2', 'rows 2/4, switch 2/2']);
});
