import assert from 'node:assert/strict';
import { readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { testInstalled } from '../../src/commands/pack-test.ts';
import type { FailedTests } from '../../src/pack-tests/failed-tests.ts';
import { reconcile } from '../../src/reconcile.ts';
import { createFleet } from '../support/fleet.ts';
import { makeWheel } from '../support/local-packages.ts';
import { runProgram } from '../support/run-program.ts';

/** A virtualenv without pip, filled by the pip of the machine: a second instead of five. */
const python = `ref: core.python
name: Python
distributions: {}
execution_config:
  interpreter: { binary: python3 }
  environment:
    env_type: virtualenv
    dir_name: .venv
    create_command: [python3, -m, venv, --without-pip, "{env_dir}"]
    interpreter_path: "{env_dir}/bin/python3"
  dependencies:
    manifest_file: requirements.txt
    install_command: [python3, -m, pip, --python, "{interpreter}", install, --no-index, -r, "{manifest_path}"]
`;

test('the tests of a candidate run in its own new environment, and the version that runs keeps its own', async () => {
  await using fleet = await createFleet({ environment: { PATH: process.env.PATH ?? '' } });
  Object.assign(fleet.context.config.environments, { build: 'here' });
  const store = join(fleet.directory, 'store');
  await fleet.writePack('core', { 'runtimes/python.yaml': python });
  const pack = async (version: string, sound: string) => {
    const wheels = join(fleet.directory, 'packs/pond/wheels');
    const file = await makeWheel(wheels, 'frog', version, `sound = "${sound}"\ndef main(): print(sound)\n`);
    const files = {
      'requirements.txt': `./wheels/${file}\n`,
      'actions/croak.yaml': 'ref: pond.croak\nrunner_type: python\nentry_point: croak.py\n',
      'actions/croak.py': 'import frog\nprint(frog.sound)\n',
      'tests/test_pond.py': `import sys, unittest, frog
class Tests(unittest.TestCase):
    def test_sound(self): self.assertEqual(frog.sound, "quak")
    def test_place(self): self.assertNotEqual(sys.prefix, sys.base_prefix)
`,
    };
    const testing = 'testing: {runners: {python: {type: unittest, entry_point: tests/test_pond.py}}}\n';
    await fleet.writePack('pond', files, { version, pack: testing });
  };
  const act = () => runProgram(join(store, 'pond/.venv/bin/python3'), [join(store, 'pond/actions/croak.py')]);
  const failedTests: FailedTests = new Map();
  const apply = async () => {
    const { result } = await reconcile(fleet.context, {
      cause: 'daemon',
      who: 'test@here',
      lockTimeoutMs: 20_000,
      failedTests,
    });
    return result?.packs.find(({ ref }) => ref === 'pond');
  };

  await pack('1.0.0', 'quak');
  const first = await apply();
  assert.equal(first?.outcome, 'applied', JSON.stringify(first));
  assert.deepEqual(first.tests?.outcome === 'passed' && [first.tests.total, first.tests.passed], [2, 2]);
  const running = readlinkSync(join(store, 'pond/.venv'));

  await pack('2.0.0', 'miau');
  const second = await apply();
  assert.deepEqual(
    [second?.outcome, second?.problems.map(({ message }) => message)],
    ['blocked', ['its tests failed: 1 of 2 failed (tests.test_pond.Tests.test_sound)']],
  );
  assert.match(second?.problems[0]?.hint ?? '', /AssertionError: 'miau' != 'quak'/);
  assert.equal(readlinkSync(join(store, 'pond/.venv')), running);
  assert.match(String(await act()), /quak/);
  assert.equal((await testInstalled(fleet.context, 'pond', { who: 'x', lockTimeoutMs: 5000 })).result?.passed, 2);
  // Neither built nor tested again, and nothing of it is in the way.
  const built = readdirSync(join(store, '.environments'));
  const third = await apply();
  assert.deepEqual([third?.outcome, third?.tests], ['blocked', undefined]);
  assert.deepEqual(readdirSync(join(store, '.environments')), built);

  await pack('2.0.1', 'quak');
  assert.equal((await apply())?.outcome, 'applied');
  assert.notEqual(readlinkSync(join(store, 'pond/.venv')), running);
});
