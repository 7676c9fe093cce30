import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cutText, gatherAlike, isQuoted, quoteOutput } from '../../src/text/quote-output.ts';

test('lines of an output are set off, each of them', () => {
  assert.equal(quoteOutput('one\ntwo'), '| one\n| two');
  assert.ok(quoteOutput('one\ntwo').split('\n').every(isQuoted));
  assert.ok(!isQuoted('one | two'));
});

test('a text is cut by what a terminal shows of it', () => {
  assert.equal(cutText('abcdef', 6), 'abcdef');
  assert.equal(cutText('abcdefg', 6), 'abcde…');
  assert.equal(cutText('日本語', 6), '日本語');
  assert.equal(cutText('日本語', 5), '日本…');
});

test('short lines that differ in a number are not alike, long ones are', () => {
  assert.deepEqual(gatherAlike(['a 1', 'a 2', 'a 2', 'b', 'a 2']), ['a 1', 'a 2 (2 times)', 'b', 'a 2']);
  const long = (number: number) => `${'x'.repeat(100)} at 0x7f${number}`;
  assert.deepEqual(gatherAlike([long(1), long(2)]), [`${long(1)} (2 times)`]);
});
