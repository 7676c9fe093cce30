import assert from 'node:assert/strict';
import { test } from 'node:test';
import { problem } from '../../src/errors.ts';
import { gatherShared } from '../../src/problems/gather-shared.ts';

const full = problem('error', 'disk-full', 'The disk is full; 1 B are free', { hint: 'Make room.' });
const own = problem('error', 'invalid-ref', 'No such ref');
const messages = (refs: readonly string[]) =>
  gatherShared(refs.map((ref) => ({ ref, problems: [full] }))).map(({ message }) => message);

test('what packs met on one disk is said once, with the packs', () => {
  const packs = [
    { ref: 'a', problems: [own, full] },
    { ref: 'b', problems: [{ ...full, message: 'The disk is full; 2 B are free' }] },
  ];
  assert.deepEqual(gatherShared(packs), [{ ...full, message: 'a, b: The disk is full; 1 B are free' }, own]);
  const tell = (ref: string, one: typeof own) => ({ ...one, message: `${ref}: ${one.message}` });
  assert.deepEqual(
    gatherShared(packs, tell).map(({ message }) => message),
    ['a, b: The disk is full; 1 B are free', 'a: No such ref'],
  );
});

test('many packs are counted after the first', () => {
  assert.deepEqual(messages(['a', 'b', 'c', 'd', 'e', 'f']), ['a, b, c, d, e, f: The disk is full; 1 B are free']);
  assert.deepEqual(messages(['a', 'b', 'c', 'd', 'e', 'f', 'g']), [
    'a, b, c, d, e and 2 more: The disk is full; 1 B are free',
  ]);
  assert.deepEqual(messages([]), []);
});

test('an environment that several packs share and that cannot be built is told of once', () => {
  const failed = problem('error', 'environment-failed', 'It could not be built', { hint: 'no such wheel' });
  const other = { ...failed, hint: 'another' };
  const packs = [
    { ref: 'one', problems: [failed] },
    { ref: 'two', problems: [other] },
    { ref: 'three', problems: [failed] },
  ];
  assert.deepEqual(gatherShared(packs), [
    { ...failed, message: 'one, three: It could not be built' },
    { ...other, message: 'two: It could not be built' },
  ]);
});
