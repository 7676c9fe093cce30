import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLane } from '../../../src/daemon/sources/lane.ts';
import { createManualClock } from './manual-clock.ts';

const settle = () => new Promise(setImmediate);

/** Work that a test ends. */
function createWork() {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  return {
    begun,
    work: (name: string) => () => {
      begun.push(name);
      return new Promise<void>((resolve) => ends.set(name, resolve));
    },
    end: (name: string) => ends.get(name)?.(),
  };
}

test('no more than some are at work, and what somebody waits for comes first', async () => {
  const lane = createLane(1, createManualClock());
  const { begun, work, end } = createWork();
  for (const name of ['one', 'two']) void lane(`https://${name}.example.com/a`, 'routine', work(name));
  void lane('https://three.example.com/a', 'now', work('three'));
  await settle();
  assert.deepEqual(begun, ['one']);
  end('one');
  await settle();
  assert.deepEqual(begun, ['one', 'three']);
});

test('what hangs gives its place away, and one host has few of those at once', async () => {
  const clock = createManualClock();
  const lane = createLane(2, clock);
  const { begun, work, end } = createWork();
  for (let count = 0; count < 10; count += 1)
    void lane(`https://hung.example.com/${count}`, 'now', work(`hung${count}`));
  void lane('git@well.example.com:ops/one.git', 'routine', work('well'));
  for (let count = 0; count < 5; count += 1) {
    await settle();
    clock.advance(2_000);
  }
  await settle();
  assert.deepEqual(begun, ['hung0', 'hung1', 'hung2', 'hung3', 'well']);
  end('hung0');
  await settle();
  assert.equal(begun.at(-1), 'hung4');
});

test('what fails is told to who asked, and keeps nobody from their turn', async () => {
  const lane = createLane(1, createManualClock());
  await assert.rejects(
    lane('/srv/one.git', 'now', () => Promise.reject(new Error('gone'))),
    /gone/,
  );
  await lane('/srv/one.git', 'now', async () => {});
});
