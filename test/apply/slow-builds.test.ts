import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { reconcile } from '../../src/reconcile.ts';
import { createFleet } from '../support/fleet.ts';

/** A runtime whose environments are made by a shell script of one line. */
function runtime(create: string): string {
  return `ref: core.shell
name: shell
distributions: {}
execution_config:
  interpreter: { binary: sh }
  environment: { env_type: directory, dir_name: .env, create_command: [sh, -c, '${create}'] }
`;
}

const action = (ref: string) => `ref: ${ref}.go\nrunner_type: core.shell\nentry_point: go.sh\n`;
const options = { cause: 'apply', who: 'test@here', lockTimeoutMs: 20_000 };

test('packs that need no build do not wait for those that do; those that need these come after them', async () => {
  await using fleet = await createFleet({ environment: { PATH: process.env.PATH ?? '' } });
  Object.assign(fleet.context.config.environments, { build: 'here', timeoutMs: 20_000 });
  const go = join(fleet.directory, 'go');
  await fleet.writePack('core', {
    'runtimes/shell.yaml': runtime(`until [ -e ${go} ]; do sleep 0.02; done; mkdir "{env_dir}"`),
  });
  await fleet.writePack('built', { 'actions/go.yaml': action('built'), 'actions/go.sh': '' });
  await fleet.writePack('child', {}, { pack: 'dependencies: [built]\n' });
  await fleet.writePack('plain');
  const links = ['core', 'plain', 'built', 'child'].map((ref) => join(fleet.directory, 'store', ref));
  const isThere = () => links.map((link) => existsSync(link));
  const running = reconcile(fleet.context, options);
  const done = running.then(
    () => true,
    () => true,
  );
  const isDone = () => Promise.race([done, new Promise<false>((resolve) => setTimeout(resolve, 10, false))]);
  while (!(isThere()[0] && isThere()[1]) && !(await isDone()));
  assert.deepEqual(isThere(), [true, true, false, false]);
  await writeFile(go, '');
  const { result } = await running;
  assert.equal(result?.outcome, 'applied');
  assert.deepEqual(
    result.packs.map(({ ref }) => ref),
    ['core', 'plain', 'built', 'child'],
  );
  assert.deepEqual(isThere(), [true, true, true, true]);
});

test('a pack whose environment cannot be built says so, also where it needs another that is blocked', async () => {
  await using fleet = await createFleet({ environment: { PATH: process.env.PATH ?? '' } });
  Object.assign(fleet.context.config.environments, { build: 'here' });
  const failing = 'testing: { runners: { all: { type: script, entry_point: fail.sh } } }\n';
  await fleet.writePack(
    'core',
    { 'runtimes/shell.yaml': runtime('echo no such frog; exit 3'), 'fail.sh': 'exit 1\n' },
    { pack: failing },
  );
  await fleet.writePack('pond', { 'actions/go.yaml': action('pond'), 'actions/go.sh': '' });
  const { result } = await reconcile(fleet.context, options);
  assert.deepEqual(
    result?.packs.map(({ ref, outcome, problems }) => [ref, outcome, problems.map(({ code }) => code)]),
    [
      ['core', 'blocked', ['tests-failed']],
      ['pond', 'failed', ['environment-failed']],
    ],
  );
});
