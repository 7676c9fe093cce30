import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PassReport } from '../../src/daemon/run-pass.ts';
import { tellRetries } from '../../src/daemon/tell-retries.ts';
import { nothingDone, packResult } from './daemon-scene.ts';

test('packs with a time of their own and those whose remote has one are told, on the clock of people', () => {
  const retries = new Map([['core', { state: 'x', attempts: 3, dueMs: 1_500 }]]);
  const packs = ['jira', 'lost'].map((ref) => packResult(ref, { outcome: 'unreadable' }));
  const end: PassReport = { failing: [], dueMs: 0, durationMs: 1, result: { ...nothingDone, packs } };
  const ofRemote = { attempts: 2, at: new Date(9_000) };
  const retryOf = (ref: string) => (ref === 'lost' ? undefined : ofRemote);
  assert.deepEqual(
    [...tellRetries(retries, end, { nowMs: 100_000, clockMs: 1_000, retryOf })],
    [
      ['core', { attempts: 3, at: new Date(100_500) }],
      ['jira', ofRemote],
    ],
  );
});
