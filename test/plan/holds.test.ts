import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Actual } from '../../src/actual/actual.ts';
import { buildPlan } from '../../src/plan/build-plan.ts';
import { applied, changeOf, codesOf, component, desire, plan, repair, wanted } from './build.ts';

const content = [component('action', 'jira.a')];
const kept = wanted('kept', [component('action', 'kept.a')]);
const back = wanted('jira', content, { version: '1.0.0' });
const bad = { version: '2.0.0', digest: 'b'.repeat(64), commit: 'abc1234'.padEnd(40, '0') };
const { version, content: at, source } = { version: '1.0.0', ...back };

/** The pack jira was rolled back from 2.0.0 to 1.0.0. */
const held: Actual = {
  ...applied([back, kept]),
  holds: new Map([
    [
      'jira',
      {
        ...bad,
        pack: 'jira',
        to: {
          version,
          digest: at.digest,
          source: { type: 'directory', url: source.type, ref: null, commit: null, path: null },
        },
        who: 'ann@here',
        why: null,
        since: '2026-01-01T00:00:00.000Z',
      },
    ],
  ]),
};

test('a rollback ends with the change that brings what its source gives now, and the change says what was held back', () => {
  const next = wanted('jira', content, { version: '3.0.0' });
  assert.deepEqual(changeOf(plan([next, kept], held), 'jira').hold, { op: 'end', heldBack: bad });
});

test('a rollback of a pack that does not change otherwise ends with a note', () => {
  const { changes, endedHolds, notes } = plan([back, kept], held);
  assert.deepEqual([changes, endedHolds], [[], ['jira']]);
  assert.deepEqual(notes, [
    {
      code: 'hold-ended',
      sentence:
        'the rollback of jira ends, since its source gives again what it was rolled back to: 2.0.0 (abc1234) is no longer held back',
      rows: ['pack jira'],
    },
  ]);
});

test('a rollback ends with the pack that is forgotten, and outlasts one that is removed', () => {
  const forgotten = buildPlan(desire([kept]), held, { ...repair, asked: { forget: ['jira'] } });
  assert.deepEqual(changeOf(forgotten, 'jira').hold, { op: 'end', heldBack: bad });
  const unmanaged = buildPlan(desire([kept], { unmanaged: ['jira'] }), held, repair);
  assert.deepEqual(changeOf(unmanaged, 'jira').hold, { op: 'end', heldBack: bad });
  const removed = changeOf(plan([kept], held), 'jira');
  assert.deepEqual([removed.hold, codesOf(removed.keeps)], [undefined, ['hold', 'history']]);
});
