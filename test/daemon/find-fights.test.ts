import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFights } from '../../src/daemon/find-fights.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { emptyPlan, nothingDone, packResult } from './daemon-scene.ts';

const minute = 60_000;

/** A plan that writes `label` of an action of the pack `core`. */
function planOf(why: 'drifted' | 'changed', more: object = {}): Plan {
  const fields = [{ field: 'label', before: 'theirs', after: 'ours', why }];
  const change = { ref: 'core', pack: { fields: [] }, components: [{ kind: 'action', ref: 'core.echo', fields }] };
  return { ...emptyPlan, changes: [{ ...change, ...more }] } as never;
}

const applied = { ...nothingDone, packs: [packResult('core')] };

/** Repairs at these minutes. @returns what is told of each, as the number of times */
function repairAt(minutes: readonly number[], plan = planOf('drifted'), result = applied) {
  let nowMs = 0;
  const fights = createFights(() => new Date(nowMs));
  const told = minutes.map((at) => {
    nowMs = at * minute;
    return fights.count(plan, result).map(({ times }) => times);
  });
  return { told, fights };
}

test('a field that is repaired three times within an hour is a fight, told once an hour', () => {
  const { told, fights } = repairAt([0, 10, 20, 30, 79, 80, 81]);
  assert.deepEqual(told, [[], [], [3], [], [], [3], []]);
  const [fight] = fights.list();
  assert.deepEqual(fight, {
    ref: 'core',
    component: 'action core.echo',
    field: 'label',
    times: 4,
    lastAt: new Date(81 * minute),
  });
});

test('repairs that are further apart are none, and what ended is forgotten', () => {
  assert.deepEqual(repairAt([0, 31, 62, 93]).told, [[], [], [], []]);
  let nowMs = 0;
  const fights = createFights(() => new Date(nowMs));
  for (let count = 0; count < 3; count += 1) fights.count(planOf('drifted'), applied);
  assert.equal(fights.list().length, 1);
  nowMs = 61 * minute;
  assert.deepEqual(fights.list(), []);
});

test('what a document or a pack changes is no fight, and neither is what was not written', () => {
  assert.deepEqual(repairAt([0, 1, 2], planOf('changed')).told, [[], [], []]);
  const failed = { ...nothingDone, packs: [packResult('core', { outcome: 'failed' })] };
  assert.deepEqual(repairAt([0, 1, 2], planOf('drifted'), failed).told, [[], [], []]);
});

test('files of a pack that somebody keeps editing are a fight too', () => {
  const plan = planOf('changed', { drifted: [{ code: 'file-edited' }] });
  const { fights } = repairAt([0, 1, 2], plan);
  assert.deepEqual(
    fights.list().map(({ component, field }) => [component, field]),
    [['pack core', 'files']],
  );
});
