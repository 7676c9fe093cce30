import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type PassOptions, runPass } from '../../src/daemon/run-pass.ts';
import { SyncError } from '../../src/errors.ts';
import type { Progress } from '../../src/progress.ts';
import { createFleet } from '../support/fleet.ts';
import { createFakeTiming } from './fake-timing.ts';

test('a pass that comes by itself reads by routine, but what it then does is told like that of any other', async () => {
  await using fleet = await createFleet();
  const told: string[] = [];
  const progress: Progress = {
    phase(step, _total, work, { isRoutine = false } = {}) {
      told.push(`${step}${isRoutine ? ' by routine' : ''}`);
      return work();
    },
    step: (_step, _ref, work) => work(),
  };
  const options: PassOptions = {
    reconcile: async ({ progress: given }) => {
      for (const step of ['fetch', 'publish', 'rows'] as const) await given.phase(step, 1, async () => {});
      throw new SyncError('enough', 'enough', { retry: 'never' });
    },
    who: 'test@here',
    database: { get: async () => fleet.context.database, drop: async () => {}, close: async () => {} },
    timing: createFakeTiming(),
    remotes: { follow: () => Promise.reject(new Error('no remote')), fetch: () => Promise.resolve() },
    waitsForRemote: () => false,
    onPlan() {},
    onDesired() {},
  };
  await runPass({ ...fleet.context, progress }, { cause: 'change' }, options);
  await runPass({ ...fleet.context, progress }, { cause: 'interval' }, options);
  assert.deepEqual(told, ['fetch', 'publish', 'rows', 'fetch by routine', 'publish', 'rows']);
});
