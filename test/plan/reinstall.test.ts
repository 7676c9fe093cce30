import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SyncError } from '../../src/errors.ts';
import { buildPlan } from '../../src/plan/build-plan.ts';
import type { PlanOptions } from '../../src/plan/pack-scope.ts';
import {
  applied,
  changeOf,
  component,
  desire,
  linesOf,
  nothingInstalled,
  plan,
  repair,
  report,
  unrecorded,
  wanted,
  withPack,
  withRow,
} from './build.ts';

const jira = wanted('jira', [
  component('trigger', 'jira.issue'),
  component('action', 'jira.close', { columns: { label: 'Close' }, names: { runtime: 'jira.sh' } }),
  component('runtime', 'jira.sh', { columns: { name: 'Sh' } }),
]);
const vault = wanted('vault', [component('action', 'vault.open')]);
const both = applied([jira, vault]);
const forced: PlanOptions = { ...repair, reinstall: ['jira'] };

test('a pack that is asked for is written again whole, though nothing differs, and only that pack', () => {
  const planned = plan([jira, vault], both, forced);
  assert.deepEqual(planned.unchanged, ['vault']);
  const change = changeOf(planned, 'jira');
  assert.deepEqual([change.action, change.reason], ['reinstall', { code: 'forced', sentence: 'asked for' }]);
  assert.equal(change.files, true);
  assert.equal(change.pack.set.label, 'jira');
  assert.deepEqual(
    change.components.map(({ op, kind, fields }) => [op, kind, fields.length]),
    [
      ['update', 'runtime', 0],
      ['update', 'trigger', 0],
      ['update', 'action', 0],
    ],
  );
  assert.equal(change.components[2]?.set.label, 'Close');
  assert.equal(change.components[2]?.links.runtime?.ref, 'jira.sh');
});

test('what people switched stays as they switched it', () => {
  const change = changeOf(
    plan([jira], withRow(applied([jira]), 'trigger', 'jira.issue', { enabled: false }), forced),
    'jira',
  );
  assert.equal(change.components.find(({ ref }) => ref === 'jira.issue')?.enabled, undefined);
  assert.deepEqual(
    change.overrides.map(({ op, ref, value }) => [op, ref, value]),
    [['record', 'jira.issue', false]],
  );
});

test('drift that is only reported elsewhere is written where it was asked for', () => {
  const drifted = withRow(both, 'action', 'jira.close', { columns: { label: 'Mine' } });
  const change = changeOf(plan([jira, vault], drifted, { ...report, reinstall: ['jira'] }), 'jira');
  assert.ok(linesOf(change).includes('action jira.close label "Mine" → "Close" drifted'));
});

test('content that moved too is named with what was asked for', () => {
  const next = wanted('jira', jira.content.components, { version: '2.0.0' });
  const { reason } = changeOf(plan([next], applied([jira]), forced), 'jira');
  assert.deepEqual(reason, { code: 'forced', sentence: '1.0.0 → 2.0.0, asked for' });
});

const refusals: readonly (readonly [string, () => unknown, RegExp])[] = [
  ['not installed', () => plan([jira], nothingInstalled, forced), /jira cannot be reinstalled: it is not installed/],
  [
    'unmanaged',
    () => plan([jira], unrecorded(applied([jira]), 'jira'), forced),
    /jira cannot be reinstalled: Attune Sync did not install it/,
  ],
  [
    'another manager’s',
    () =>
      plan(
        [jira],
        withPack(applied([jira]), 'jira', ({ recorded }) => ({
          recorded: recorded === null ? null : { ...recorded, manager: 'other' },
        })),
        forced,
      ),
    /jira cannot be reinstalled: it belongs to the manager other/,
  ],
  ['no longer desired', () => plan([vault], both, forced), /jira cannot be reinstalled: no document names it any more/],
  [
    'not among the targets',
    () => plan([jira, vault], both, { ...forced, targets: ['vault'] }),
    /jira cannot be reinstalled: it is not among the targets/,
  ],
];
for (const [name, work, message] of refusals) {
  test(`a pack that is ${name} is refused`, () => {
    assert.throws(
      work,
      (error) => error instanceof SyncError && error.code === 'cannot-reinstall' && message.test(error.message),
    );
  });
}

test('every pack that cannot be reinstalled is named in one go', () => {
  assert.throws(
    () => buildPlan(desire([jira]), nothingInstalled, { ...repair, reinstall: ['jira', 'nope'] }),
    (error) => error instanceof SyncError && error.problems.length === 2,
  );
});

test('a pack whose content cannot be had is unreadable, not refused', () => {
  const { ref, document } = jira;
  const desired = desire([vault], { unreadable: [{ ref, document, problems: [], retry: true }] });
  assert.deepEqual(buildPlan(desired, both, forced).unreadable.length, 1);
});
