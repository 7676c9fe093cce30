import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Candidate, selectVersion } from '../../../src/plan/environments/select-version.ts';

/** `3.12*` is the default, `3.12!` is not on this machine. */
function candidate(text: string): Candidate {
  return {
    version: text.replace(/[*!]+$/, ''),
    isDefault: text.includes('*'),
    obstacle: text.includes('!') ? 'not on this machine' : null,
  };
}

/** Versions, constraint, what is selected: null the runtime itself, `-` none. */
const table: readonly (readonly [string, string | null, string | null])[] = [
  ['3.10 3.11 3.12*', null, '3.12'],
  ['3.10* 3.11 3.12', null, '3.10'],
  ['3.9 3.10 3.11', null, '3.11'],
  ['3.10 3.11 3.12*!', null, '3.11'],
  ['3.11! 3.12*!', null, null],
  ['', null, null],
  ['stable latest', null, 'stable'],
  ['stable 3.9', null, '3.9'],
  ['3.10 3.11 3.12*', '*', '3.12'],
  ['3.10* 3.11 3.12', '>=3.10', '3.12'],
  ['3.10* 3.11 3.12', '>= 3.10, <3.12', '3.11'],
  ['3.10 3.11 3.12', '>3.10', '3.12'],
  ['3.10 3.11 3.12', '>3.12', '-'],
  ['3.10 3.11 3.12', '<3.11', '3.10'],
  ['3.10 3.11 3.12', '<=3.11', '3.11'],
  ['3.10 3.11 3.12', '=3.11', '3.11'],
  ['3.10 3.11 3.12', '=3.13', '-'],
  ['3.10 3.11 3.12', '~3.11', '3.11'],
  ['3.10 3.11 4.0', '^3.10', '3.11'],
  ['3.10.1 3.10.7 3.11.0', '3.10', '3.10.7'],
  ['3.10.1 3.10.7 3.11.0', '3', '3.11.0'],
  ['20.11.0 20.19.2 22.1.0', '20.11', '20.11.0'],
  ['3.10 3.11 3.12!', '>=3.10', '3.11'],
  ['3.10 3.11 3.12!', '3.12', '-'],
  ['stable', '>=3', '-'],
  ['4.0.0-rc.1', '>=3', '-'],
  ['4.0.0-rc.1', '>=4.0.0-rc.0', '4.0.0-rc.1'],
  ['v3.12', '3.12', 'v3.12'],
];

describe('the version of a runtime', () => {
  for (const [versions, constraint, expected] of table) {
    it(`of ${versions || 'none'} by ${constraint ?? 'no constraint'} is ${expected ?? 'that of the runtime itself'}`, () => {
      const candidates = versions
        .split(' ')
        .filter((text) => text !== '')
        .map(candidate);
      for (const order of [candidates, candidates.toReversed()]) {
        const selection = selectVersion(constraint, order, null);
        assert.equal(selection.type === 'selected' ? selection.version : '-', expected);
      }
    });
  }

  it('names what is available, and why the rest is not', () => {
    const found = (versions: string) => {
      const selection = selectVersion('>=3.13', versions.split(' ').map(candidate), null);
      return selection.type === 'unsatisfied' ? selection.found : '';
    };
    assert.equal(found('3.12 3.9 3.11'), 'available: 3.9, 3.11, 3.12');
    assert.equal(found('3.12 3.13!'), 'available: 3.12; not on this machine: 3.13');
    assert.equal(found('3.14! 3.12 3.13!'), 'available: 3.12; not on this machine: 3.13, 3.14');
    assert.equal(found('3.13!'), 'available: none; not on this machine: 3.13');
  });

  it('of a runtime without versions is what its interpreter says', () => {
    assert.deepEqual(selectVersion('>=3.10', [], '3.11.2'), { type: 'selected', version: null, isUnchecked: false });
    assert.deepEqual(selectVersion('>=3.12', [], '3.11.2'), {
      type: 'unsatisfied',
      found: 'it is 3.11.2 on this machine',
    });
    assert.deepEqual(selectVersion('>=3.12', [], null), { type: 'selected', version: null, isUnchecked: true });
    assert.deepEqual(selectVersion('>=3.12', [], 'unknown'), { type: 'selected', version: null, isUnchecked: true });
  });

  it('is that of the runtime itself where no version will do, and its own interpreter does', () => {
    const select = (versions: string, own: string | null) =>
      selectVersion('>=20', versions.split(' ').map(candidate), own);
    assert.deepEqual(select('18! 22*!', '20.19.0'), { type: 'selected', version: null, isUnchecked: false });
    assert.deepEqual(select('18! 22', '20.19.0'), { type: 'selected', version: '22', isUnchecked: false });
    for (const own of ['18.20.1', 'unknown', null]) assert.equal(select('18! 22*!', own).type, 'unsatisfied', `${own}`);
  });

  it('is taken as without a constraint where that cannot be read', () => {
    const selection = selectVersion('latest', [candidate('3.11'), candidate('3.12')], null);
    assert.deepEqual(selection, { type: 'selected', version: '3.12', isUnchecked: true });
  });
});
