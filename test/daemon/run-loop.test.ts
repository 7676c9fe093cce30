import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createNudge } from '../../src/daemon/nudge.ts';
import { type Pass, type PassEnd, runLoop } from '../../src/daemon/run-loop.ts';
import { createFakeTiming } from './fake-timing.ts';

const fine: PassEnd = { failing: [] };
const failing = (...refs: string[]): PassEnd => ({ failing: refs.map((ref) => ({ ref, state: '1.0.0' })) });

/** A loop whose passes a test begins and ends. */
function startLoop(intervalMs = 30_000) {
  const timing = createFakeTiming();
  const nudge = createNudge(timing);
  const stop = new AbortController();
  const begun: { readonly pass: Pass; readonly end: (end: PassEnd) => void }[] = [];
  const nexts: number[] = [];
  let noticed = () => {};
  let running = 0;
  let forgotten = 0;
  const ended = runLoop({
    nudge,
    forget: () => {
      forgotten += 1;
    },
    timing,
    intervalMs,
    signal: stop.signal,
    pass: (pass) => {
      running += 1;
      assert.equal(running, 1, 'two passes at a time');
      return new Promise<PassEnd>((resolve) => {
        begun.push({
          pass,
          end: (end) => {
            running -= 1;
            resolve(end);
          },
        });
        noticed();
      });
    },
    passed: (_end, _pass, nextMs) => nexts.push(nextMs),
  });
  async function next() {
    if (begun.length === 0) await new Promise<void>((resolve) => (noticed = resolve));
    const pass = begun.shift();
    assert.ok(pass !== undefined);
    return pass;
  }
  return {
    timing,
    nudge: nudge.nudge,
    nexts,
    next,
    waiting: () => begun.length,
    forgotten: () => forgotten,
    /** Awaits the next pass, ends it so, and gives what it was. */
    async answer(end: PassEnd): Promise<Pass> {
      const begin = await next();
      begin.end(end);
      return begin.pass;
    },
    async stop() {
      stop.abort();
      await ended;
    },
    abort: () => stop.abort(),
    ended,
  };
}

test('the first pass begins at once, the next ones on the interval', async () => {
  const loop = startLoop();
  assert.deepEqual(await loop.answer(fine), { cause: 'start' });
  await loop.timing.pass(29_999);
  assert.equal(loop.waiting(), 0);
  await loop.timing.pass(1);
  assert.deepEqual(await loop.answer(fine), { cause: 'interval' });
  assert.equal(await loop.timing.asleep(), 30_000);
  assert.deepEqual(loop.nexts, [30_000, 30_000]);
  await loop.stop();
});

test('nudges while it waits make one pass, which does not put off the interval', async () => {
  const loop = startLoop();
  await loop.answer(fine);
  await loop.timing.pass(20_000);
  for (let count = 0; count < 100; count += 1) loop.nudge();
  assert.deepEqual(await loop.answer(fine), { cause: 'change' });
  assert.equal(await loop.timing.asleep(), 10_000);
  assert.equal(loop.waiting(), 0);
  await loop.stop();
});

test('nudges without end do not keep the interval from its turn', async () => {
  const loop = startLoop();
  await loop.answer(fine);
  loop.nudge();
  const slow = await loop.next();
  loop.nudge();
  loop.timing.advance(30_000);
  slow.end(fine);
  assert.deepEqual(await loop.answer(fine), { cause: 'interval' });
  assert.equal(await loop.timing.asleep(), 30_000);
  assert.equal(loop.waiting(), 0);
  await loop.stop();
});

test('nudges during a pass make exactly one more, after it', async () => {
  const loop = startLoop();
  const first = await loop.next();
  for (let count = 0; count < 100; count += 1) loop.nudge();
  assert.equal(loop.waiting(), 0);
  first.end(fine);
  assert.deepEqual(await loop.answer(fine), { cause: 'change' });
  assert.equal(await loop.timing.asleep(), 30_000);
  assert.equal(loop.waiting(), 0);
  await loop.stop();
});

test('a pack that failed is tried again alone, after a time that doubles', async () => {
  const loop = startLoop(3_600_000);
  await loop.answer(failing('jira'));
  const waits: number[] = [];
  for (let count = 0; count < 12; count += 1) {
    const ms = await loop.timing.asleep();
    waits.push(ms / 1000);
    await loop.timing.pass(ms);
    assert.deepEqual(await loop.answer(failing('jira')), { cause: 'retry', targets: ['jira'] });
  }
  // Chance takes a quarter off each time here.
  assert.deepEqual(waits.slice(0, 10), [0.75, 1.5, 3, 6, 12, 24, 48, 96, 192, 225]);
  await loop.stop();
});

test('the interval leaves a pack that it did not try to its retry, and a change has all of them tried', async () => {
  const loop = startLoop(2_000);
  const untried: PassEnd = { failing: [{ ref: 'jira', state: '1.0.0', untried: true }] };
  for (const end of [failing('jira'), failing('jira')]) {
    await loop.answer(end);
    await loop.timing.pass(await loop.timing.asleep());
  }
  assert.deepEqual(await loop.answer(failing('jira')), { cause: 'interval' });
  assert.equal(await loop.timing.asleep(), 2_000, 'a third failure waits for three seconds');
  await loop.timing.pass(2_000);
  assert.deepEqual(await loop.answer(untried), { cause: 'interval' });
  assert.equal(await loop.timing.asleep(), 1_000, 'two of them are over');
  await loop.timing.pass(1_000);
  const forgotten = loop.forgotten();
  assert.deepEqual(await loop.answer(failing('jira')), { cause: 'retry', targets: ['jira'] });
  assert.equal(loop.forgotten(), forgotten);
  loop.nudge();
  assert.deepEqual(await loop.answer(fine), { cause: 'change' });
  assert.equal(loop.forgotten(), forgotten + 1);
  await loop.stop();
});

test('each pack has a retry of its own', async () => {
  const loop = startLoop(3_600_000);
  await loop.answer(failing('a', 'b'));
  await loop.timing.pass(750);
  assert.deepEqual((await loop.answer(failing('b'))).targets, ['a', 'b']);
  await loop.timing.pass(1_500);
  assert.deepEqual((await loop.answer(fine)).targets, ['b']);
  assert.equal(await loop.timing.asleep(), 3_600_000 - 2_250);
  await loop.stop();
});

test('a change drops every waiting retry and what was counted for it', async () => {
  const loop = startLoop(3_600_000);
  await loop.answer(failing('jira'));
  for (const ms of [750, 1_500, 3_000]) {
    await loop.timing.pass(ms);
    await loop.answer(failing('jira'));
  }
  assert.equal(await loop.timing.asleep(), 6_000);
  loop.nudge();
  assert.deepEqual(await loop.answer(failing('jira')), { cause: 'change' });
  assert.equal(await loop.timing.asleep(), 750);
  loop.nudge();
  await loop.answer(fine);
  assert.equal(await loop.timing.asleep(), 3_600_000 - 5_250);
  await loop.stop();
});

test('a pack that fails with newer content is counted anew', async () => {
  const loop = startLoop(3_600_000);
  await loop.answer(failing('jira'));
  await loop.timing.pass(750);
  await loop.answer(failing('jira'));
  await loop.timing.pass(1_500);
  await loop.answer({ failing: [{ ref: 'jira', state: '1.0.1' }] });
  assert.equal(await loop.timing.asleep(), 750);
  await loop.stop();
});

test('a pass that failed as a whole is tried again with backoff, and no later than the interval', async () => {
  const loop = startLoop(10_000);
  const waits: number[] = [];
  for (let count = 0; count < 6; count += 1) {
    await loop.answer({ again: 'soon' });
    const ms = await loop.timing.asleep();
    waits.push(ms);
    await loop.timing.pass(ms);
  }
  assert.deepEqual(waits, [750, 1_500, 3_000, 6_000, 10_000, 10_000]);
  await loop.answer(fine);
  await loop.timing.pass(10_000);
  await loop.answer({ again: 'soon' });
  assert.equal(await loop.timing.asleep(), 750);
  await loop.stop();
});

test('a pass that only a change can mend waits for the interval or a change', async () => {
  const loop = startLoop();
  await loop.answer({ again: 'on-change' });
  assert.equal(await loop.timing.asleep(), 30_000);
  loop.nudge();
  assert.deepEqual(await loop.answer(fine), { cause: 'change' });
  await loop.stop();
});

test('being stopped while it waits ends it at once', async () => {
  const loop = startLoop();
  await loop.answer(fine);
  await loop.timing.asleep();
  await loop.stop();
  assert.equal(loop.waiting(), 0);
});

test('being stopped during a pass ends it after that pass, without another', async () => {
  const loop = startLoop();
  const first = await loop.next();
  loop.nudge();
  loop.abort();
  let over = false;
  const ended = loop.ended.then(() => (over = true));
  await Promise.resolve();
  assert.equal(over, false);
  first.end(failing('jira'));
  await ended;
  assert.equal(loop.waiting(), 0);
});
