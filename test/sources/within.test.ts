import assert from 'node:assert/strict';
import { test } from 'node:test';
import { within } from '../../src/sources/within.ts';

test('what never ends is waited for no longer than this', async () => {
  assert.equal(await within(new Promise(() => {}), 5), false);
});

test('what ends in time is told so, and its failure is thrown', async () => {
  assert.equal(await within(Promise.resolve(), 60_000), true);
  await assert.rejects(within(Promise.reject(new Error('no')), 60_000), /no/);
});
