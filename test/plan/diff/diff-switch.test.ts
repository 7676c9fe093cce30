import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decideSwitch, type SwitchSides } from '../../../src/plan/diff/diff-switch.ts';
import { applied, changeOf, component, linesOf, plan, unrecorded, wanted, withRow } from '../build.ts';

const silent: SwitchSides = {
  document: undefined,
  override: undefined,
  content: true,
  last: true,
  actual: true,
  remade: false,
};

const cells: readonly [string, Partial<SwitchSides>, string][] = [
  ['nothing says otherwise', {}, 'true'],
  ['the document wins over the default', { document: false }, 'false, written changed'],
  ['the document wins over a person', { document: true, last: true, actual: false }, 'true, written drifted'],
  [
    'the document wins over an override and ends it',
    { document: true, override: false, last: false, actual: false },
    'true, written changed, ends',
  ],
  [
    'the document says what a person set',
    { document: false, override: false, last: false, actual: false },
    'false, ends',
  ],
  ['a person switched it', { actual: false }, 'false, recorded'],
  ['a person switched it back', { override: false, last: false, actual: true }, 'true, recorded'],
  ['a person switched it back before we saw it', { override: false, last: true, actual: true }, 'true, recorded'],
  ['a person’s switch is kept', { override: false, last: false, actual: false }, 'false'],
  ['the default moved', { content: false }, 'false, written changed'],
  [
    'the default moved, a person had switched it',
    { content: true, override: false, last: false, actual: false },
    'false',
  ],
  ['the document let go of it', { last: false, actual: false }, 'true, written changed'],
  ['a row is created', { last: undefined, actual: undefined }, 'true'],
  ['a row is created, the document decides', { last: undefined, actual: undefined, document: false }, 'false'],
  [
    'a row is created again, a person had switched it',
    { override: false, last: undefined, actual: undefined },
    'false',
  ],
  ['adopted, as the default', { last: undefined }, 'true'],
  ['adopted, other than the default', { last: undefined, actual: false }, 'false, recorded'],
  ['adopted, the document decides', { last: undefined, actual: false, document: true }, 'true, written changed'],
  [
    'another made the row anew with the default',
    { override: false, last: false, remade: true },
    'false, written drifted',
  ],
  ['another made the row anew, nobody had switched it', { last: true, actual: false, remade: true }, 'false, recorded'],
];

for (const [name, sides, expected] of cells) {
  test(`${name}: ${expected}`, () => {
    const { value, field, record, ends } = decideSwitch({ ...silent, ...sides });
    const parts = [
      String(value),
      ...(field === undefined ? [] : [`written ${field.why}`]),
      ...(record === undefined ? [] : ['recorded']),
      ...(ends === true ? ['ends'] : []),
    ];
    assert.equal(parts.join(', '), expected);
  });
}

const sensor = component('trigger', 'jira.issue');
const jira = wanted('jira', [sensor]);
const silencing = wanted('jira', [sensor], { document: { enabled: { 'jira.issue': false } } });

test('what a person switched in a pack that does not change is recorded, not written', () => {
  const planned = plan([jira], withRow(applied([jira]), 'trigger', 'jira.issue', { enabled: false }));
  assert.deepEqual(planned.changes, []);
  assert.deepEqual(planned.overrides, [
    { op: 'record', pack: 'jira', kind: 'trigger', ref: 'jira.issue', field: 'enabled', value: false },
  ]);
});

test('what a person switched survives a reinstall', () => {
  const toggled = withRow(applied([jira]), 'trigger', 'jira.issue', { enabled: false });
  const next = wanted('jira', [component('trigger', 'jira.issue', { columns: { label: 'New' } })], {
    version: '2.0.0',
  });
  const change = changeOf(plan([next], toggled), 'jira');
  assert.deepEqual(
    change.components.map(({ op, enabled }) => [op, enabled]),
    [['update', undefined]],
  );
  assert.deepEqual(
    change.overrides.map(({ op, value }) => [op, value]),
    [['record', false]],
  );
  assert.equal(change.records[0]?.enabled, false);
});

test('the document switches, and its letting go switches back', () => {
  const configured = changeOf(plan([silencing], applied([jira])), 'jira');
  assert.equal(configured.action, 'configure');
  assert.deepEqual(linesOf(configured), ['trigger jira.issue enabled true → false changed']);
  const released = changeOf(plan([jira], applied([silencing])), 'jira');
  assert.deepEqual(linesOf(released), ['trigger jira.issue enabled false → true changed']);
});

test('a document that says what a person has set already is recorded, so that its letting go is seen', () => {
  const toggled = withRow(applied([jira]), 'trigger', 'jira.issue', { enabled: false });
  const change = changeOf(plan([silencing], toggled), 'jira');
  assert.equal(change.action, 'configure');
  assert.deepEqual(linesOf(change), ['record trigger jira.issue']);
  assert.equal(change.records[0]?.enabled, false);
});

test('an adopted switch other than the default stays and becomes an override', () => {
  const toggled = unrecorded(withRow(applied([jira]), 'trigger', 'jira.issue', { enabled: false }), 'jira');
  const change = changeOf(plan([jira], toggled), 'jira');
  assert.deepEqual(linesOf(change), ['record trigger jira.issue']);
  assert.deepEqual(
    change.overrides.map(({ op, ref, value }) => [op, ref, value]),
    [['record', 'jira.issue', false]],
  );
});

test('a switch in the document that no component has is a warning with the nearest', () => {
  const typo = wanted('jira', [sensor], { document: { enabled: { 'jira.isue': false } } });
  const [warning] = plan([typo], applied([jira])).problems;
  assert.deepEqual(
    [warning?.severity, warning?.code, warning?.hint],
    ['warning', 'unknown-component', 'Did you mean jira.issue?'],
  );
  assert.equal(changeOf(plan([typo]), 'jira').warnings[0]?.code, 'unknown-component');
});
