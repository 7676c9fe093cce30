import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPatience } from '../../../src/daemon/sources/patience.ts';
import { createManualClock } from './manual-clock.ts';

const never = new Promise<void>(() => {});
const job = (sinceMs: number, done: Promise<void> = never) => ({ sinceMs, done, isLate: false });

test('what hangs is waited for no longer than the patience, however many hang', async () => {
  const clock = createManualClock();
  const { outlasts } = createPatience(5_000, clock);
  const waited = [job(0), job(0)].map((one) => outlasts(one, 0));
  clock.advance(4_999);
  const isOver = await Promise.race([...waited, Promise.resolve('waits')]);
  assert.equal(isOver, 'waits');
  clock.advance(1);
  assert.deepEqual(await Promise.all(waited), [false, false]);
  assert.equal(await outlasts(job(0), clock.now()), false, 'a later reading does not wait for it at all');
});

test('as long as others make progress there is patience', async () => {
  const clock = createManualClock();
  const { outlasts, progress } = createPatience(5_000, clock);
  const waited = outlasts(job(0), 0);
  for (let count = 0; count < 3; count += 1) {
    clock.advance(4_000);
    progress();
    await clock.asleep(0);
  }
  await new Promise(setImmediate);
  clock.advance(3_000);
  assert.equal(await Promise.race([waited, Promise.resolve('waits')]), 'waits');
  await new Promise(setImmediate);
  clock.advance(2_000);
  assert.equal(await waited, false);
});

test('what begins late in a reading is waited for a little all the same', async () => {
  const clock = createManualClock();
  const { outlasts } = createPatience(5_000, clock);
  clock.advance(60_000);
  let finish = () => {};
  const done = new Promise<void>((resolve) => (finish = resolve));
  const waited = outlasts(job(60_000, done), 0);
  clock.advance(500);
  finish();
  assert.equal(await waited, true);
});
