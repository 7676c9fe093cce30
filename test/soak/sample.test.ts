import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseSample, type Sample, summariseSamples } from './sample.ts';

const sample = (minutes: number, memoryMiB: number, ownSeconds: number): Sample => ({
  atMs: minutes * 60_000,
  memoryMiB,
  ownSeconds,
  childSeconds: 0,
  descriptors: 20,
});

describe('samples of a process', () => {
  it('are read from what Linux says of it, whatever its name is', () => {
    const stat = '42 (no) de) S 1 42 42 0 -1 4194560 1 2 3 4 150 50 25 5 20 0 11 0 100 1 2';
    assert.deepEqual(parseSample(7, stat, 'Name:\tnode\nVmRSS:\t  2048 kB\n', 9), {
      atMs: 7,
      memoryMiB: 2,
      descriptors: 9,
      ownSeconds: 2,
      childSeconds: 0.3,
    });
  });

  it('come to what was used of a core, and to how fast memory grows', () => {
    const usage = summariseSamples([sample(0, 100, 1), sample(30, 101, 4), sample(60, 102, 7)]);
    assert.equal(usage.slopeMiBPerHour.toFixed(3), '2.000');
    assert.equal(usage.ownPercent.toFixed(3), '0.167');
    assert.equal(usage.memoryMiB, 102);
  });
});
