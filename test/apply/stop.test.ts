import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { noProgress, type Progress } from '../../src/progress.ts';
import { reconcile } from '../../src/reconcile.ts';
import { createFleet } from '../support/fleet.ts';

test('a run that is stopped finishes the pack in hand, begins no other, and the next run goes on', async () => {
  const stop = new AbortController();
  await using fleet = await createFleet({ signal: stop.signal });
  for (const ref of ['aa', 'bb', 'cc']) await fleet.writePack(ref);
  const step: Progress['step'] = async (name, ref, work) => {
    const made = await work();
    if (name === 'rows' && ref === 'aa') stop.abort();
    return made;
  };
  const options = { cause: 'daemon', who: 'test@here', lockTimeoutMs: 20_000 } as const;
  const { result } = await reconcile({ ...fleet.context, progress: { ...noProgress, step } }, options);
  assert.deepEqual(
    result?.packs.map(({ ref, outcome, problems }) => [ref, outcome, problems[0]?.code]),
    [
      ['aa', 'applied', undefined],
      ['bb', 'skipped', 'stopped'],
      ['cc', 'skipped', 'stopped'],
    ],
  );
  assert.deepEqual(await fleet.sql('SELECT ref FROM pack'), [{ ref: 'aa' }]);
  assert.deepEqual(await fleet.sql('SELECT outcome FROM attune_sync.run'), [{ outcome: 'failed' }]);
  const next = await reconcile({ ...fleet.context, signal: new AbortController().signal }, options);
  assert.deepEqual([next.result?.outcome, next.result?.packs.length], ['applied', 2]);
});

test('a run that is stopped amid a build says of that pack that its environment was being built', async () => {
  const stop = new AbortController();
  await using fleet = await createFleet({ signal: stop.signal, environment: { PATH: process.env.PATH ?? '' } });
  Object.assign(fleet.context.config.environments, { build: 'here' });
  const begun = join(fleet.directory, 'begun');
  await fleet.writePack('core', {
    'runtimes/shell.yaml': `ref: core.shell
name: shell
distributions: {}
execution_config:
  interpreter: { binary: sh }
  environment: { env_type: directory, dir_name: .env, create_command: [sh, -c, 'touch ${begun}; sleep 60'] }
`,
  });
  await fleet.writePack('built', {
    'actions/go.yaml': 'ref: built.go\nrunner_type: core.shell\nentry_point: go.sh\n',
    'actions/go.sh': '',
  });
  await fleet.writePack('child', {}, { pack: 'dependencies: [built]\n' });
  const running = reconcile(fleet.context, { cause: 'apply', who: 'test@here', lockTimeoutMs: 20_000 });
  const ended = running.then(
    () => true,
    () => true,
  );
  while (!existsSync(begun) && !(await Promise.race([ended, wait(10, false)])));
  stop.abort();
  const { result } = await running;
  assert.deepEqual(
    result?.packs.map(({ ref, outcome, problems }) => [ref, outcome, problems[0]?.message]),
    [
      ['core', 'applied', undefined],
      ['built', 'skipped', 'stopped while its environment was being built'],
      ['child', 'skipped', 'the run was stopped before this pack'],
    ],
  );
});
