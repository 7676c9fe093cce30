import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backoffMs, jitterMs } from '../../src/daemon/backoff.ts';

const lowest = () => 0;
const highest = () => 0.999_999;

test('the time before another try doubles up to five minutes', () => {
  const seconds = [1, 2, 3, 4, 8, 9, 10, 100, 5000].map((attempts) => backoffMs(attempts, lowest) / 1000);
  assert.deepEqual(seconds, [1, 2, 4, 8, 128, 256, 300, 300, 300]);
});

test('chance takes off at most half of the time before another try', () => {
  for (const attempts of [1, 5, 50]) {
    const full = backoffMs(attempts, lowest);
    const least = backoffMs(attempts, highest);
    assert.ok(least < full && least >= full / 2);
  }
});

test('an interval varies by a tenth to either side', () => {
  assert.equal(jitterMs(30_000, lowest), 27_000);
  assert.equal(
    jitterMs(30_000, () => 0.5),
    30_000,
  );
  assert.ok(jitterMs(30_000, highest) < 33_000);
});
