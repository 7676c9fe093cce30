import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkWrites, type Write } from './write-log.ts';

const write = (session: string, leader: string | null, holds = true): Write => ({
  session,
  leader,
  holds,
  application: 'attune-sync daemon by ann@here',
  name: 'attune.pack',
});

describe('a log of writes', () => {
  it('is in order where one writer comes after the other', () => {
    assert.deepEqual(checkWrites([write('1', 'a'), write('1', 'a'), write('2', 'a'), write('3', 'b')]), []);
  });

  it('is in order where a leader went while its last transaction ended', () => {
    assert.deepEqual(checkWrites([write('1', 'a'), write('1', null), write('2', 'b')]), []);
  });

  it('names a write without the writer lock', () => {
    assert.deepEqual(checkWrites([write('1', 'a', false)]), [
      'attune-sync daemon by ann@here wrote attune.pack without the lock',
    ]);
  });

  it('names a session, and a leader, that writes between the writes of another', () => {
    assert.deepEqual(checkWrites([write('1', 'a'), write('2', 'b'), write('1', 'a')]), [
      "writes of session 1 lie between another's",
      'leader a wrote again after the next one did',
    ]);
  });
});
