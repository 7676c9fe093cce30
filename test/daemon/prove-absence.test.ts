import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createAbsenceProof } from '../../src/daemon/prove-absence.ts';
import type { Absence } from '../../src/plan/safeguards/find-absent.ts';
import { createFakeTiming } from './fake-timing.ts';

const epochMs = Date.parse('2026-01-02T03:04:05Z');

/** A proof over 60 seconds, its clock, and readings that take no time. */
function createScene() {
  const timing = createFakeTiming();
  const proof = createAbsenceProof(60_000, timing, () => new Date(epochMs + timing.now()));
  const read = (refs: readonly string[], more: Partial<Absence> = {}) =>
    [
      ...proof
        .beginReading()({ refs, isComplete: true, ...more })
        .keys(),
    ].join(' ');
  return { timing, proof, read };
}

test('a pack that is missing is believed after the delay, and not a millisecond before', () => {
  const { timing, proof, read } = createScene();
  assert.equal(read(['jira']), 'jira');
  assert.equal(proof.dueMs(), 60_000);
  timing.advance(59_999);
  assert.equal(read(['jira']), 'jira');
  timing.advance(1);
  assert.equal(read(['jira']), '');
  assert.equal(proof.dueMs(), Infinity);
});

test('it says since when and until when, by the clock of people', () => {
  const { timing, proof } = createScene();
  timing.advance(5_000);
  proof.beginReading()({ refs: ['jira'], isComplete: true });
  timing.advance(10_000);
  const found = proof
    .beginReading()({ refs: ['jira'], isComplete: true })
    .get('jira');
  assert.deepEqual(found, { since: new Date(epochMs + 5_000), until: new Date(epochMs + 65_000) });
});

test('each pack has its own time, and the first that is due is waited for', () => {
  const { timing, proof, read } = createScene();
  read(['jira']);
  timing.advance(20_000);
  assert.equal(read(['jira', 'core']), 'jira core');
  assert.equal(proof.dueMs(), 60_000);
  timing.advance(40_000);
  assert.equal(read(['jira', 'core']), 'core');
  assert.equal(proof.dueMs(), 80_000);
});

test('an event between two readings begins the proof again', () => {
  const { timing, proof, read } = createScene();
  read(['jira']);
  timing.advance(59_000);
  proof.reset();
  assert.equal(proof.dueMs(), Infinity);
  timing.advance(1_000);
  assert.equal(read(['jira']), 'jira');
  assert.equal(proof.dueMs(), 120_000);
});

test('a reading during which something moved counts for nothing', () => {
  const { timing, proof, read } = createScene();
  read(['jira']);
  timing.advance(60_000);
  const prove = proof.beginReading();
  proof.reset();
  assert.deepEqual([...prove({ refs: ['jira'], isComplete: true }).keys()], ['jira']);
  assert.equal(proof.dueMs(), Infinity);
  timing.advance(60_000);
  assert.equal(read(['jira']), 'jira');
});

test('a reading that misses something begins the proof again', () => {
  const { timing, read } = createScene();
  read(['jira']);
  timing.advance(30_000);
  read(['jira'], { isComplete: false });
  timing.advance(30_000);
  assert.equal(read(['jira']), 'jira');
});

test('a pack that was back in between is missed anew', () => {
  const { timing, read } = createScene();
  read(['jira']);
  timing.advance(30_000);
  assert.equal(read([]), '');
  timing.advance(30_000);
  assert.equal(read(['jira']), 'jira');
});

test('planning twice with one reading is not two readings', () => {
  const { timing, proof } = createScene();
  const prove = proof.beginReading();
  prove({ refs: ['jira'], isComplete: true });
  timing.advance(60_000);
  assert.deepEqual([...prove({ refs: ['jira'], isComplete: true }).keys()], ['jira']);
});

test('a long reading counts from its end as the first, and from its begin as the second', () => {
  const { timing, proof } = createScene();
  const first = proof.beginReading();
  timing.advance(10_000);
  first({ refs: ['jira'], isComplete: true });
  timing.advance(55_000);
  const second = proof.beginReading();
  timing.advance(10_000);
  assert.deepEqual([...second({ refs: ['jira'], isComplete: true }).keys()], ['jira']);
});
