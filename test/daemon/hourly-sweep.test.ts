import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DatabaseContext } from '../../src/context.ts';
import { createHourlySweep } from '../../src/daemon/hourly-sweep.ts';

const hour = 3_600_000;

function scene(sweep: () => Promise<void>) {
  let nowMs = 0;
  const lines: string[] = [];
  const log = { debug() {}, info() {}, warn: (line: string) => void lines.push(line), error() {} };
  const context = { log, signal: new AbortController().signal } as unknown as DatabaseContext;
  const timing = { now: () => nowMs, random: () => 0, wait: async () => {} };
  const sweeper = createHourlySweep(sweep, timing);
  return {
    lines,
    at: (ms: number) => {
      nowMs = ms;
      return sweeper(context);
    },
  };
}

test('a sweep comes an hour after the start and an hour after the last one, however many passes there are', async () => {
  let count = 0;
  const { at } = scene(async () => {
    count += 1;
  });
  const counts: number[] = [];
  for (const ms of [0, 1000, hour - 1, hour, hour + 1, 2 * hour - 1, 2 * hour]) {
    await at(ms);
    counts.push(count);
  }
  assert.deepEqual(counts, [0, 0, 0, 1, 1, 1, 2]);
});

test('one that fails is told in one line and does not end the daemon; the next comes an hour later', async () => {
  let count = 0;
  const { at, lines } = scene(async () => {
    count += 1;
    throw Object.assign(new Error('read-only\nfile system'), { code: 'EROFS' });
  });
  await at(hour);
  await at(hour + 1);
  assert.equal(count, 1);
  assert.match(lines.join('\n'), /^The pack store could not be swept: .*$/);
});
