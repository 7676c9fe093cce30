import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type Bare,
  checkVersion,
  parseConstraint,
  parseVersion,
} from '../../../src/packs/versions/parse-constraint.ts';

/** Constraint, what a bare version means in it, versions that are in it, versions that are not. */
const table: readonly (readonly [string, Bare, readonly string[], readonly string[]])[] = [
  ['*', 'exact', ['0.0.1', '1.2.3', '2.0.0-rc.1', 'nightly'], []],
  ['1.2.3', 'exact', ['1.2.3', 'v1.2.3', '1.2.3+build'], ['1.2.4', '1.2.3-rc.1']],
  ['1.2', 'exact', ['1.2.0', '1.2.9'], ['1.3.0', '1.1.9']],
  ['=1.2.3', 'exact', ['1.2.3'], ['1.2.4']],
  ['>1.2.3', 'exact', ['1.2.4', '2.0.0'], ['1.2.3']],
  ['>=1.2', 'exact', ['1.2.0', '1.2', '2'], ['1.1.9', '1']],
  ['<2', 'exact', ['1.9.9', '0.1.0'], ['2.0.0', '2.0.0-rc.1']],
  ['<=2.0.0', 'exact', ['2.0.0', '2'], ['2.0.1']],
  ['~1.2.3', 'exact', ['1.2.3', '1.2.9'], ['1.3.0', '1.2.2']],
  ['^1.2.3', 'exact', ['1.2.3', '1.9.0'], ['2.0.0', '1.2.2']],
  ['^0.2.3', 'exact', ['0.2.3', '0.2.9'], ['0.3.0', '0.2.2']],
  ['^0.0.3', 'exact', ['0.0.3'], ['0.0.4']],
  ['>=1.2, <2', 'exact', ['1.2.0', '1.9.9'], ['2.0.0', '1.1.0']],
  [' >= 1.2 , < 2 ', 'exact', ['1.2.0'], ['1.1.0', '2.0.0']],
  ['>=1 <2', 'exact', ['1.5.0'], ['2.0.0']],
  ['^1 || ^3', 'exact', ['1.5.0', '3.0.1'], ['2.0.0']],
  ['^v1.2', 'exact', ['1.2.0'], ['2.0.0']],
  ['^1.2.0-rc.1', 'exact', ['1.2.0-rc.1', '1.2.0-rc.2', '1.2.0', '1.5.0'], ['1.2.0-beta', '1.3.0-rc.1']],
  ['>=1.0.0', 'exact', ['1.0.0'], ['1.0.0-rc.1', '2.0.0-rc.1']],
  ['3.12', 'tilde', ['3.12', '3.12.7'], ['3.13', '3.11.9']],
  ['3', 'tilde', ['3.0.0', '3.13'], ['4.0.0']],
  ['3.12.1', 'tilde', ['3.12.1', '3.12.9'], ['3.12.0', '3.13.0']],
  ['3.9', 'minimum', ['3.9', '3.12.1', '4'], ['3.8.19']],
  ['>=3.9,<3.13', 'minimum', ['3.9', '3.12.9'], ['3.13.0']],
];

for (const [text, bare, inside, outside] of table) {
  test(`${JSON.stringify(text)} with ${bare} versions takes ${inside.join(' ')} and not ${outside.join(' ') || 'nothing'}`, () => {
    const constraint = parseConstraint(text, bare);
    assert.ok(constraint !== undefined);
    assert.deepEqual(
      inside.filter((version) => checkVersion(constraint, version) !== 'yes'),
      [],
    );
    assert.deepEqual(
      outside.filter((version) => checkVersion(constraint, version) === 'yes'),
      [],
    );
  });
}

test('what is no constraint gives none', () => {
  const wrong = [
    '',
    ' ',
    ',',
    '>=1,',
    ',,',
    'latest',
    '>>1',
    '=>1',
    '1.2.3.4',
    '>=>=3.9',
    '1 2 x y',
    `>=${'1'.repeat(300)}`,
  ];
  assert.deepEqual(
    wrong.filter((text) => parseConstraint(text, 'exact') !== undefined),
    [],
  );
});

test('a prerelease that only its being one keeps out is told apart, and so is what is no version', () => {
  const constraint = parseConstraint('>=1.0', 'exact');
  assert.ok(constraint !== undefined);
  assert.equal(checkVersion(constraint, '2.0.0-rc.1'), 'prerelease');
  assert.equal(checkVersion(constraint, '0.9.0-rc.1'), 'no');
  assert.equal(checkVersion(constraint, 'nightly'), 'unknown');
});

test('a version may lack parts, begin with v, and have leading zeros', () => {
  const shown = ['1', 'v1.2', '1.2.3-rc.1', '01.002.3', '1.2+b', '1.0.0-01', '', '1.2.3.4', 'x'].map(
    (text) => parseVersion(text)?.version ?? null,
  );
  assert.deepEqual(shown, ['1.0.0', '1.2.0', '1.2.3-rc.1', '1.2.3', '1.2.0', '1.0.0-1', null, null, null]);
});
