import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RecordedPack } from '../../../src/actual/actual.ts';
import { findAbsent } from '../../../src/plan/safeguards/find-absent.ts';
import { applied, component, desire, wanted, withPack } from '../build.ts';

const prune = { prune: true };
const packs = ['aa', 'bb', 'cc'].map((ref) => wanted(ref, [component('action', `${ref}.a`)]));
const actual = applied(packs);
const one = desire(packs.slice(0, 1));

function recorded(ref: string, patch: Partial<RecordedPack>) {
  return withPack(actual, ref, ({ recorded }) => ({ recorded: recorded === null ? null : { ...recorded, ...patch } }));
}

test('absent is what this manager recorded and nothing names', () => {
  assert.deepEqual(findAbsent(one, actual, prune), { refs: ['bb', 'cc'], isComplete: true });
  assert.deepEqual(findAbsent(desire(packs), actual, prune).refs, []);
  assert.deepEqual(findAbsent({ ...one, mentioned: ['cc'] }, actual, prune).refs, ['bb']);
});

test('what is kept anyway needs no proof', () => {
  assert.deepEqual(findAbsent(one, recorded('bb', { manager: 'staging' }), prune).refs, ['cc']);
  assert.deepEqual(findAbsent(one, recorded('bb', { prune: false }), prune).refs, ['cc']);
  assert.deepEqual(findAbsent(one, recorded('bb', { givenBy: 'staging' }), prune).refs, ['cc']);
  assert.deepEqual(findAbsent(one, actual, { prune: false }).refs, []);
});

test('a reading that misses something proves nothing', () => {
  assert.equal(findAbsent({ ...one, complete: false }, actual, prune).isComplete, false);
  const emptied = { ...one, entries: [...one.entries, { name: 'more', documents: 0 }] };
  assert.equal(findAbsent(emptied, { ...actual, lastEntries: { more: 2 } }, prune).isComplete, false);
  assert.equal(findAbsent(emptied, { ...actual, lastEntries: { gone: 2 } }, prune).isComplete, false);
  assert.equal(findAbsent(emptied, { ...actual, lastEntries: { more: 0 } }, prune).isComplete, true);
});
