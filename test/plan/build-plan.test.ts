import assert from 'node:assert/strict';
import { test } from 'node:test';
import { problem, SyncError } from '../../src/errors.ts';
import { buildPlan } from '../../src/plan/build-plan.ts';
import type { PlanOptions } from '../../src/plan/pack-scope.ts';
import { applied, changeOf, component, desire, nothingInstalled, plan, repair, unrecorded, wanted } from './build.ts';

const core = wanted('core', [component('runtime', 'core.python')]);
const jira = wanted('jira', [
  component('rule', 'jira.r', { names: { action: 'jira.a', trigger: 'jira.t' } }),
  component('action', 'jira.a', { names: { runtime: 'core.python' } }),
  component('trigger', 'jira.t', { enabled: false }),
]);
const only = (...targets: string[]): PlanOptions => ({ ...repair, targets });

test('an install writes every row, kind by kind, and records it', () => {
  const change = changeOf(plan([core, jira]), 'jira');
  assert.deepEqual(
    change.components.map(({ op, kind, ref, id }) => [op, kind, ref, id]),
    [
      ['create', 'trigger', 'jira.t', null],
      ['create', 'action', 'jira.a', null],
      ['create', 'rule', 'jira.r', null],
    ],
  );
  assert.equal(change.components[0]?.enabled, false);
  assert.deepEqual(change.components[1]?.links, {
    runtime: { kind: 'runtime', ref: 'core.python', written: 'core.python' },
  });
  assert.deepEqual(
    change.records.map(({ ref, enabled }) => [ref, enabled]),
    [
      ['jira.a', null],
      ['jira.r', true],
      ['jira.t', false],
    ],
  );
  assert.equal(change.pack.id, null);
  assert.equal(change.pack.set.version, '1.0.0');
  assert.deepEqual([change.from, change.to?.digest, change.after], [null, jira.content.digest, ['core']]);
});

test('what is applied is unchanged', () => {
  const next = plan([core, jira], applied([core, jira]));
  assert.deepEqual([next.changes, next.unchanged, next.notes, next.overrides], [[], ['core', 'jira'], [], []]);
});

test('a plan survives JSON: another process can apply it', () => {
  const planned = plan([core, jira]);
  assert.deepEqual(JSON.parse(JSON.stringify(planned)), planned);
});

test('packs that nobody desired or recorded are listed as unmanaged', () => {
  const actual = unrecorded(unrecorded(applied([core, jira]), 'core'), 'jira');
  assert.deepEqual(plan([jira], actual).unmanaged, ['core']);
});

test('unreadable packs are passed on with their problems, and nothing of them is planned', () => {
  const problems = [problem('error', 'remote-hangs', 'The remote did not answer.')];
  const desired = desire([core], { unreadable: [{ ref: 'jira', document: jira.document, problems, retry: true }] });
  const planned = buildPlan(desired, applied([core, jira]), repair);
  assert.deepEqual([planned.unreadable, planned.changes], [[{ ref: 'jira', problems }], []]);
});

test('problems of documents are passed on in the order of their places', () => {
  const at = (file: string, line: number) => problem('error', 'x', 'x', { where: { file, line } });
  const desired = desire([], { problems: [at('b.yaml', 1), at('a.yaml', 9), at('a.yaml', 2)] });
  assert.deepEqual(
    buildPlan(desired, nothingInstalled, repair).problems.map(({ where }) => `${where?.file}:${where?.line}`),
    ['a.yaml:2', 'a.yaml:9', 'b.yaml:1'],
  );
});

test('only targets are planned; what they name is looked up in Attune', () => {
  const alone = plan([core, jira], nothingInstalled, only('jira'));
  assert.deepEqual(
    alone.changes.map(({ ref }) => ref),
    ['jira'],
  );
  assert.deepEqual(changeOf(alone, 'jira').degraded, ['jira.a']);
  assert.deepEqual(changeOf(plan([core, jira], applied([core]), only('jira')), 'jira').degraded, []);
});

test('targets hold for removals, unreadable and unmanaged packs too', () => {
  const desired = desire([], { unreadable: [{ ref: 'sick', document: core.document, problems: [], retry: false }] });
  const actual = unrecorded(applied([core, jira, wanted('own')]), 'own');
  const planned = buildPlan(desired, actual, only('core'));
  assert.deepEqual(
    [planned.changes.map(({ action, ref }) => `${action} ${ref}`), planned.unreadable, planned.unmanaged],
    [['remove core'], [], []],
  );
});

test('targets that are neither desired nor installed are refused, all at once, with the nearest', () => {
  assert.throws(
    () => plan([core, jira], nothingInstalled, only('jria', 'core', 'nothing')),
    (error: unknown) => {
      assert.ok(error instanceof SyncError);
      assert.equal(error.code, 'unknown-target');
      assert.deepEqual(
        error.problems.map(({ message, hint }) => [message, hint]),
        [
          ['No pack jria is desired or installed.', 'Did you mean jira?'],
          ['No pack nothing is desired or installed.', 'Desired or installed are: core, jira.'],
        ],
      );
      return true;
    },
  );
});
