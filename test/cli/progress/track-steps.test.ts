import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EndedPhase } from '../../../src/cli/progress/tally-phase.ts';
import { type EndedStep, trackSteps, type UnderWay } from '../../../src/cli/progress/track-steps.ts';
import { createGate } from '../../support/gate.ts';

function track() {
  const clock = { ms: 0 };
  const ended: string[] = [];
  const phases: string[] = [];
  let underWay: UnderWay | null = null;
  const progress = trackSteps(
    {
      changed(now) {
        underWay = now;
      },
      stepEnded: (step) => ended.push(renderStep(step)),
      phaseEnded: (all) => phases.push(...all.map(renderPhase)),
    },
    () => clock.ms,
  );
  const work = (ms: number) => async () => {
    clock.ms += ms;
  };
  return { clock, ended, phases, progress, work, now: () => underWay };
}

function renderStep({ ref, step, durationMs, failed }: EndedStep): string {
  return `${ref} ${step} ${durationMs}${failed ? ' failed' : ''}`;
}

function renderPhase({ step, done, total, durationMs }: EndedPhase): string {
  return `${step} ${done}/${total} ${durationMs}`;
}

test('both calls give what their work gives', async () => {
  const { progress } = track();
  assert.equal(await progress.phase('rows', 1, () => progress.step('rows', 'jira', async () => 'made')), 'made');
});

test('a step that fails, at once or later, is over and its error goes on', async () => {
  const { progress, ended, phases, now } = track();
  const fault = new Error('no disk');
  const failing = progress.phase('publish', 2, async () => {
    await progress.step('publish', 'jira', async () => {});
    await progress.step('publish', 'vault', () => Promise.reject(fault));
  });
  await assert.rejects(failing, fault);
  const sudden = progress.step('tests', 'vault', () => {
    throw fault;
  });
  await assert.rejects(sudden, fault);
  assert.deepEqual(ended, ['jira publish 0', 'vault publish 0 failed', 'vault tests 0 failed']);
  assert.deepEqual(phases, ['publish 1/2 0']);
  assert.deepEqual([now()?.packs(), now()?.phase()], [[], null]);
});

test('what the work gives may say that it failed', async () => {
  const { progress, ended, phases } = track();
  await progress.phase('fetch', 2, async () => {
    for (const ref of ['jira', 'vault'])
      await progress.step(
        'fetch',
        ref,
        async () => ref,
        (made) => made === 'jira',
      );
  });
  assert.deepEqual(ended, ['jira fetch 0 failed', 'vault fetch 0']);
  assert.deepEqual(phases, ['fetch 1/2 0']);
});

test('steps of several packs at once each have their own time, and together that in which one was under way', async () => {
  const { progress, clock, ended, phases, now } = track();
  const [jira, vault] = [createGate(), createGate()];
  const all = progress.phase('environment', 2, () =>
    Promise.all([
      progress.step('environment', 'jira', () => jira.opened),
      progress.step('environment', 'vault', () => vault.opened),
    ]),
  );
  clock.ms = 300;
  assert.deepEqual(
    now()
      ?.packs()
      .map(({ ref, step, startedMs }) => [ref, step, startedMs]),
    [
      ['jira', 'environment', 0],
      ['vault', 'environment', 0],
    ],
  );
  vault.open();
  await vault.opened;
  await Promise.resolve();
  clock.ms = 500;
  jira.open();
  await all;
  assert.deepEqual(ended, ['vault environment 300', 'jira environment 500']);
  assert.deepEqual(phases, ['environment 2/2 500']);
});

test('a step that begins inside another ends that one, and both are counted', async () => {
  const { progress, ended, phases, work } = track();
  const load = async () => {
    await work(40)();
    await progress.step('verify', 'jira', work(2));
    await work(1)();
  };
  await progress.phase('fetch', 1, () => progress.step('fetch', 'jira', load));
  assert.deepEqual(ended, ['jira fetch 40', 'jira verify 2']);
  assert.deepEqual(phases, ['fetch 1/1 43', 'verify 1/1 2']);
});

test('a pack that fails in a step inside another went through neither', async () => {
  const { progress, ended, phases } = track();
  const load = () => progress.step('switch', 'jira', () => Promise.reject(new Error('read-only')));
  await progress.phase('rows', 1, () => progress.step('rows', 'jira', load).catch(() => {}));
  assert.deepEqual(ended, ['jira rows 0', 'jira switch 0 failed']);
  assert.deepEqual(phases, ['rows 0/1 0', 'switch 0/1 0']);
});

test('two environments of one pack are one step of it, which failed where one of them did', async () => {
  const { progress, clock, ended, phases } = track();
  const python = createGate();
  const all = progress.phase('environment', 1, () =>
    Promise.allSettled([
      progress.step('environment', 'jira', () => python.opened),
      progress.step('environment', 'jira', () => Promise.reject(new Error('no npm'))),
    ]),
  );
  await Promise.resolve();
  clock.ms = 90;
  python.open();
  await all;
  assert.deepEqual(ended, ['jira environment 90 failed']);
  assert.deepEqual(phases, ['environment 0/1 90']);
});

test('of routine only what it led to is seen', async () => {
  const { progress, now } = track();
  const seen: unknown[] = [];
  const look = () =>
    void seen.push([
      now()?.phase()?.step ?? null,
      now()
        ?.packs()
        .map(({ step }) => step),
    ]);
  const fetchOne = async () => {
    look();
    await progress.step('verify', 'jira', async () => look());
  };
  await progress.phase('fetch', 1, () => progress.step('fetch', 'jira', fetchOne), { isRoutine: true });
  assert.deepEqual(seen, [
    [null, []],
    [null, ['verify']],
  ]);
});
