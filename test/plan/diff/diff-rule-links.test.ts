import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  applied,
  changeOf,
  codesOf,
  component,
  idOf,
  linesOf,
  plan,
  report,
  wanted,
  withoutRow,
  withRow,
} from '../build.ts';

const rule = component('rule', 'ops.r', { names: { action: 'jira.a', trigger: 'jira.t' } });
const ops = wanted('ops', [rule]);
const jira = wanted('jira', [component('action', 'jira.a'), component('trigger', 'jira.t')]);

test('a rule whose action and trigger are nowhere is written as an orphan, with its text refs', () => {
  const change = changeOf(plan([ops]), 'ops');
  assert.deepEqual(change.components[0]?.links, {
    action: { kind: 'action', ref: null, written: 'jira.a' },
    trigger: { kind: 'trigger', ref: null, written: 'jira.t' },
  });
  assert.deepEqual(
    change.orphans.map(({ code, sentence }) => [code, sentence]),
    [
      ['orphaned-rule', 'rule ops.r names the action jira.a, which does not exist'],
      ['orphaned-rule', 'rule ops.r names the trigger jira.t, which does not exist'],
    ],
  );
  const idle = plan([ops], applied([ops]));
  assert.deepEqual([idle.changes, codesOf(idle.notes)], [[], ['orphaned-rule', 'orphaned-rule']]);
});

test('the pack that brings what orphans name relinks them; their own packs do not change', () => {
  const adhoc = withRow(applied([ops]), 'rule', 'mine.r', {
    packRef: 'mine',
    adhoc: true,
    refs: { trigger_ref: 'jira.t' },
  });
  const planned = plan([ops, jira], adhoc);
  assert.deepEqual(
    planned.changes.map(({ ref }) => ref),
    ['jira'],
  );
  assert.deepEqual(changeOf(planned, 'jira').relinks, [
    { code: 'relinked-rule', sentence: 'linked to the action jira.a', rows: ['rule ops.r'] },
    { code: 'relinked-rule', sentence: 'linked to the trigger jira.t', rows: ['rule mine.r', 'rule ops.r'] },
  ]);
  const after = applied([ops, jira], adhoc);
  assert.equal(after.components.get('rule')?.get('mine.r')?.links.trigger, idOf(after, 'trigger', 'jira.t'));
  assert.deepEqual(plan([ops, jira], after).changes, []);
});

test('orphans of unmanaged packs are listed too, until what they name returns', () => {
  const theirs = withRow(applied([jira]), 'rule', 'mine.r', {
    packRef: 'mine',
    adhoc: true,
    refs: { trigger_ref: 'x.y' },
  });
  assert.deepEqual(plan([jira], theirs).notes, [
    {
      code: 'orphaned-rule',
      sentence: 'rule mine.r names the trigger x.y, which does not exist',
      rows: ['rule mine.r'],
    },
  ]);
  assert.deepEqual(plan([jira], theirs, { ...report, targets: ['jira'] }).notes, []);
});

test('an orphan of a managed pack whose target is in Attune already is repaired', () => {
  const back = withRow(applied([ops]), 'trigger', 'jira.t', { packRef: null, adhoc: true });
  const change = changeOf(plan([ops], back), 'ops');
  assert.equal(change.reason.code, 'reference-found');
  assert.deepEqual(linesOf(change), ['rule ops.r trigger null → "jira.t" resolved']);
});

test('a link that somebody pointed elsewhere is drift', () => {
  const both = applied([jira, ops]);
  const other = withRow(both, 'trigger', 'mine.t', { adhoc: true });
  const bent = withRow(other, 'rule', 'ops.r', { links: { trigger: idOf(other, 'trigger', 'mine.t') } });
  assert.deepEqual(linesOf(changeOf(plan([jira, ops], bent), 'ops')), [
    'rule ops.r trigger "mine.t" → "jira.t" drifted',
  ]);
  assert.deepEqual(plan([jira, ops], bent, report).changes, []);
});

test('a ref text that somebody changed is drift, though the link is right', () => {
  const bent = withRow(applied([jira, ops]), 'rule', 'ops.r', { refs: { action_ref: 'jira.other' } });
  const change = changeOf(plan([jira, ops], bent), 'ops');
  assert.deepEqual(linesOf(change), ['rule ops.r action_ref "jira.other" → "jira.a" drifted']);
  assert.deepEqual(Object.keys(change.components[0]?.links ?? {}), ['action']);
});

test('a link that the author moved is a change', () => {
  const moved = wanted(
    'ops',
    [component('rule', 'ops.r', { names: { action: 'jira.a', trigger: 'ops.t' } }), component('trigger', 'ops.t')],
    {
      version: '2.0.0',
    },
  );
  assert.ok(
    linesOf(changeOf(plan([jira, moved], applied([jira, ops])), 'ops')).includes(
      'rule ops.r trigger "jira.t" → "ops.t" changed',
    ),
  );
});

test('a trigger that somebody deleted comes back, and with it the links of rules', () => {
  const gone = withoutRow(applied([jira, ops]), 'trigger', 'jira.t');
  const planned = plan([jira, ops], gone);
  assert.deepEqual(linesOf(changeOf(planned, 'jira')), ['create trigger jira.t']);
  assert.deepEqual(
    changeOf(planned, 'jira').relinks.map(({ rows }) => rows),
    [['rule ops.r']],
  );
  assert.deepEqual(plan([jira, ops], applied([jira, ops], gone)).changes, []);
});
