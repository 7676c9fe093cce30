import assert from 'node:assert/strict';
import { test } from 'node:test';
import { timeSteps } from '../../src/apply/time-steps.ts';
import { noProgress } from '../../src/progress.ts';

test('what a pack took before its turn is the sum of its own steps, those that failed included', async () => {
  let ms = 1_000_000;
  const timed = timeSteps({ progress: noProgress, now: () => new Date(ms) });
  const { step } = timed.context.progress;
  const work = (more: number) => async () => {
    ms += more;
  };
  await step('publish', 'jira', work(20));
  await step('publish', 'vault', work(7));
  const failing = step('environment', 'jira', () => work(300)().then(() => Promise.reject(new Error('no disk'))));
  await assert.rejects(failing, /no disk/);
  assert.deepEqual(['jira', 'vault', 'aws'].map(timed.spentMs), [320, 7, 0]);
});
