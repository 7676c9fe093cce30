import assert from 'node:assert/strict';
import { test } from 'node:test';
import { measureBeside, quantile, summarise } from './measure.ts';
import { renderReport } from './report.ts';

test('a quantile is a sample that was taken, and the median of an even number lies between the middle two', () => {
  const samples = [40, 10, 30, 20];
  assert.equal(quantile(samples, 0.5), 25);
  assert.equal(quantile([3, 1, 2], 0.5), 2);
  assert.equal(quantile(samples, 0.95), 40);
  assert.equal(quantile([7], 0.95), 7);
  assert.deepEqual(summarise(samples), { median: 25, least: 10, most: 40 });
  assert.throws(() => quantile([], 0.5), /nothing was measured/);
});

test('ours and the floor are taken in turns, and warm-ups do not count', async () => {
  const taken: string[] = [];
  const sample = (name: string) => async () => taken.push(name);
  const { ours, floor } = await measureBeside({ warmUps: 1, runs: 2 }, sample('ours'), sample('floor'));
  assert.deepEqual(taken, ['ours', 'floor', 'ours', 'floor', 'ours', 'floor']);
  assert.deepEqual({ ours, floor }, { ours: [3, 5], floor: [4, 6] });
});

test('the report is a table of ours, the floor and their ratio, with notes below it', () => {
  const report = renderReport('2 cores', [
    { what: 'one', unit: 'ms', ours: [300, 200], floor: { what: 'sum', samples: [100] }, aim: '≤ 2', notes: ['why'] },
    { what: 'two', unit: 'MB', ours: [12.34], floor: null },
  ]);
  assert.equal(
    report,
    `2 cores

|   | measured | ours: median (min–max) | floor | floor: median (min–max) | ratio | aim |
|---|----------|------------------------|-------|-------------------------|-------|-----|
| 1 | one      | 250 (200–300) ms       | sum   | 100 ms                  | 2.50  | ≤ 2 |
| 2 | two      | 12.3 MB                |       |                         |       |     |

- 1: why
`,
  );
});
