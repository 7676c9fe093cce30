import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Json } from '../../../src/json.ts';
import { diffColumns, withoutMissing } from '../../../src/plan/diff/diff-columns.ts';
import {
  applied,
  changeOf,
  component,
  linesOf,
  nothingInstalled,
  plan,
  report,
  unrecorded,
  wanted,
  withRow,
} from '../build.ts';

type Column = Json | 'absent';

/** D, L, A; and what happens to the column. */
const cells: readonly [string, Column, Column, Column, string][] = [
  ['all equal', 'new', 'new', 'new', 'nothing'],
  ['the author changed it', 'new', 'old', 'old', 'changed'],
  ['a person changed it', 'new', 'new', 'theirs', 'drifted'],
  ['author and person changed it', 'new', 'old', 'theirs', 'changed'],
  ['a person set what the author says now', 'new', 'old', 'new', 'nothing'],
  ['never written, as in the row', 'new', 'absent', 'new', 'nothing'],
  ['never written, other in the row', 'new', 'absent', 'old', 'changed'],
  ['null and not there are the same in a row', null, null, 'absent', 'nothing'],
  ['null was never written', null, 'absent', 'old', 'changed'],
  ['a person set what the author leaves null', null, null, 'theirs', 'drifted'],
  ['keys of jsonb in another order', { a: 1, b: [2] }, 'absent', { b: [2], a: 1 }, 'nothing'],
  ['a null member of jsonb is a member', { a: null }, 'absent', {}, 'changed'],
  ['the order of text[] counts', ['a', 'b'], ['a', 'b'], ['b', 'a'], 'drifted'],
  ['a number is not its text', 1, 1, '1', 'drifted'],
];

for (const [name, desired, last, actual, expected] of cells) {
  test(`${name}: ${expected}`, () => {
    const [change] = diffColumns(columnsOf(desired), columnsOf(last), columnsOf(actual));
    assert.equal(change?.why ?? 'nothing', expected);
  });
}

function columnsOf(value: Column): Readonly<Record<string, Json>> {
  return value === 'absent' ? {} : { label: value };
}

test('a column this Attune lacks is neither compared nor written', () => {
  assert.deepEqual(withoutMissing({ label: 'a', extra: 'b' }, 'action', new Set(['action.extra'])), { label: 'a' });
});

const create = (label: string) => component('action', 'jira.create', { columns: { label } });
const v1 = wanted('jira', [create('old')]);
const v2 = wanted('jira', [create('new')], { version: '2.0.0' });
const theirs = withRow(applied([v1]), 'action', 'jira.create', { columns: { label: 'theirs', description: 'theirs' } });

test('an update shows and writes only what differs, by the id that stays', () => {
  const change = changeOf(plan([v2], theirs), 'jira');
  assert.deepEqual(linesOf(change), [
    'version "1.0.0" → "2.0.0" changed',
    'action jira.create label "theirs" → "new" changed',
    'action jira.create description "theirs" → "" drifted',
  ]);
  const [update] = change.components;
  assert.equal(update?.id, theirs.components.get('action')?.get('jira.create')?.id);
  assert.deepEqual(update?.set, { label: 'new', description: '' });
});

test('with drift: report an upgrade writes what moved and leaves what drifted', () => {
  const planned = plan([v2], theirs, report);
  assert.deepEqual(changeOf(planned, 'jira').components[0]?.set, { label: 'new' });
  assert.deepEqual(planned.notes[0]?.rows, ['action jira.create']);
});

test('adoption takes class pack over and shows it, keeping the id', () => {
  const change = changeOf(plan([v1], unrecorded(theirs, 'jira')), 'jira');
  assert.deepEqual(linesOf(change), [
    'action jira.create label "theirs" → "old" changed',
    'action jira.create description "theirs" → "" changed',
  ]);
  assert.deepEqual(
    change.records.map(({ ref }) => ref),
    ['jira.create'],
  );
});

test('adoption records rows that are equal already', () => {
  const change = changeOf(plan([v1], unrecorded(applied([v1]), 'jira')), 'jira');
  assert.deepEqual(linesOf(change), ['record action jira.create']);
  assert.equal(change.record?.columns.label, 'jira');
});

test('an upgrade that changes no row of a component does not touch its record', () => {
  const change = changeOf(plan([wanted('jira', [create('old')], { version: '2.0.0' })], applied([v1])), 'jira');
  assert.deepEqual([change.components, change.records], [[], []]);
});

test('a row that another deleted and made anew is recorded with its new id', () => {
  const remade = withRow(applied([v1]), 'action', 'jira.create', { id: '77' });
  const change = changeOf(plan([v1], remade), 'jira');
  assert.equal(change.reason.code, 'row-drifted');
  assert.deepEqual(linesOf(change), ['record action jira.create']);
});

test('the pack’s own row is compared likewise', () => {
  const named = wanted('jira', [], { columns: { label: 'Jira', tags: ['a'] } });
  const change = changeOf(plan([named], applied([wanted('jira')])), 'jira');
  assert.deepEqual(linesOf(change), ['label "jira" → "Jira" changed', 'tags [] → ["a"] changed']);
  assert.deepEqual(change.pack.set, { label: 'Jira', tags: ['a'] });
});

test('kinds and columns this Attune lacks are left out with a warning', () => {
  const pack = wanted('core', [
    component('runtime', 'core.python'),
    component('runtime_version', 'core.python@3', { names: { runtime: 'core.python' } }),
    component('action', 'core.a', { columns: { runtime_version_constraint: '>=3' } }),
  ]);
  const older = {
    ...nothingInstalled,
    missing: { kinds: ['runtime_version'] as const, columns: ['action.runtime_version_constraint'] },
  };
  const change = changeOf(plan([pack], older), 'core');
  assert.deepEqual(
    change.components.map(({ kind }) => kind),
    ['runtime', 'action'],
  );
  assert.ok(!('runtime_version_constraint' in (change.components[1]?.set ?? {})));
  assert.deepEqual(
    change.warnings.map(({ code }) => code),
    ['not-in-attune', 'not-in-attune'],
  );
  assert.deepEqual(plan([pack], applied([pack], older)).changes, []);
});
