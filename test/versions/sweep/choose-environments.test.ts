import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseEnvironments, type FoundEnvironment } from '../../../src/versions/sweep/choose-environments.ts';

const key = 'a'.repeat(32);
const whole: FoundEnvironment = { name: key, builtMs: 100, bytes: 4096, isBuilt: false };
const none: ReadonlySet<string> = new Set();

const cases: readonly (readonly [
  name: string,
  found: Partial<FoundEnvironment>,
  linked: ReadonlySet<string>,
  said: string | null,
])[] = [
  ['one that nothing leads to goes', {}, none, 'goes: no version of a pack leads to it'],
  ['one that something leads to is not listed', {}, new Set([key]), null],
  ['what leads to another keeps nothing', {}, new Set(['b'.repeat(32)]), 'goes: no version of a pack leads to it'],
  ['one that is young stays', { builtMs: 900 }, none, 'stays: built less than packStore.keep ago'],
  ['one just as old as is kept stays', { builtMs: 500 }, none, 'stays: built less than packStore.keep ago'],
  [
    'half of one goes, whatever leads to it',
    { builtMs: null },
    new Set([key]),
    'goes: left by a build that was killed',
  ],
  ['one that is being built stays', { builtMs: null, isBuilt: true }, none, 'stays: it is being built'],
  ['one that is being built anew stays', { isBuilt: true }, none, 'stays: it is being built'],
  [
    'what was set aside while another was built goes',
    { name: `${key}.before`, builtMs: null },
    new Set([key]),
    'goes: left by a build that was killed',
  ],
  [
    'it stays while that is built',
    { name: `${key}.before`, builtMs: null, isBuilt: true },
    none,
    'stays: it is being built',
  ],
  ['what has no name of ours is never touched', { name: 'mine', builtMs: null }, none, null],
];
for (const [name, found, linked, said] of cases) {
  test(name, () => {
    const [left] = chooseEnvironments({ nowMs: 1000, keepMs: 500, found: [{ ...whole, ...found }], linked });
    assert.equal(left === undefined ? null : `${left.goes ? 'goes' : 'stays'}: ${left.why}`, said);
  });
}
