import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findObstacle } from '../../src/apply/find-obstacle.ts';
import { SyncError } from '../../src/errors.ts';
import type { PackChange } from '../../src/plan/plan.ts';

const change = { ref: 'pyreq', blocks: [], after: [] } as unknown as PackChange;
const before = 'the run was stopped before this pack';

const cases: readonly (readonly [name: string, notReady: ReadonlyMap<string, unknown>, said: string])[] = [
  ['a pack that a stopped run did not reach says so', new Map(), before],
  [
    'one whose environment was being built says that',
    new Map([['pyreq', new SyncError('stopped', 'stopped while its environment was being built')]]),
    'stopped while its environment was being built',
  ],
  ['what else went wrong on the way is not told', new Map([['pyreq', new Error('EPIPE')]]), before],
  ['how another ended says nothing of it', new Map([['other', new SyncError('stopped', 'in the middle')]]), before],
];
for (const [name, notReady, said] of cases) {
  test(name, () => {
    const verdict = findObstacle({ change, results: [], notReady }, AbortSignal.abort());
    assert.equal(verdict?.outcome, 'skipped');
    assert.deepEqual(
      verdict.problems.map(({ code, message }) => [code, message]),
      [['stopped', said]],
    );
    assert.equal(findObstacle({ change, results: [], notReady }, new AbortController().signal), null);
  });
}
