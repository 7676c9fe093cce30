import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Attached } from '../../../src/actual/actual.ts';
import {
  applied,
  changeOf,
  codesOf,
  component,
  idOf,
  linesOf,
  plan,
  unrecorded,
  wanted,
  withoutRow,
  withPack,
  withRow,
} from '../build.ts';

const runtime = component('runtime', 'jira.py', { columns: { name: 'JiraPy' } });
const trigger = component('trigger', 'jira.t');
const action = component('action', 'jira.a', { columns: { entrypoint: 'a.sh' } });
const workflow = component('workflow', 'jira.w');
const keep = component('permission_set', 'jira.p');
const v1 = wanted('jira', [runtime, trigger, action, workflow, keep]);
const v2 = wanted('jira', [keep], { version: '2.0.0' });
const installed = applied([v1]);

test('what left the pack is deleted by its id, in reverse order', () => {
  const change = changeOf(plan([v2], installed), 'jira');
  assert.deepEqual(
    change.components.map(({ op, kind, id }) => [op, kind, id]),
    [
      ['delete', 'action', idOf(installed, 'action', 'jira.a')],
      ['delete', 'workflow', idOf(installed, 'workflow', 'jira.w')],
      ['delete', 'trigger', idOf(installed, 'trigger', 'jira.t')],
      ['delete', 'runtime', idOf(installed, 'runtime', 'jira.py')],
    ],
  );
  assert.deepEqual(change.blocks, []);
});

test('adoption deletes nothing', () => {
  assert.deepEqual(
    codesOf(changeOf(plan([v2], unrecorded(installed, 'jira')), 'jira').components.map(({ op }) => ({ code: op }))),
    ['record'],
  );
});

test('a row that is gone already leaves only the inventory', () => {
  const change = changeOf(plan([v2], withoutRow(installed, 'action', 'jira.a')), 'jira');
  assert.equal(change.components.find(({ ref }) => ref === 'jira.a')?.id, null);
});

test('a row that another made anew since, or a person took over, is not deleted', () => {
  for (const patch of [{ id: '77' }, { adhoc: true }, { packRef: 'other' }]) {
    const change = changeOf(plan([v2], withRow(installed, 'action', 'jira.a', patch)), 'jira');
    assert.equal(change.components.find(({ ref }) => ref === 'jira.a')?.id, null, JSON.stringify(patch));
  }
});

const users = [
  [
    'an ad-hoc sensor on its trigger',
    'sensor',
    'mine.s',
    { adhoc: true, links: { trigger: idOf(installed, 'trigger', 'jira.t') } },
    'ad-hoc sensor mine.s',
  ],
  [
    'another pack’s sensor on its runtime',
    'sensor',
    'ops.s',
    { links: { runtime: idOf(installed, 'runtime', 'jira.py') } },
    'sensor ops.s',
  ],
  [
    'another pack’s action on its runtime',
    'action',
    'ops.a',
    { links: { runtime: idOf(installed, 'runtime', 'jira.py') } },
    'action ops.a',
  ],
  [
    'another pack’s policy on its action',
    'policy',
    'ops.p',
    { links: { action: idOf(installed, 'action', 'jira.a') } },
    'policy ops.p',
  ],
  [
    'an ad-hoc action that runs its workflow',
    'action',
    'jira.mine',
    { adhoc: true, links: { workflow_def: idOf(installed, 'workflow', 'jira.w') } },
    'ad-hoc action jira.mine',
  ],
  [
    'an unrecorded sensor of the same pack',
    'sensor',
    'jira.own',
    { links: { trigger: idOf(installed, 'trigger', 'jira.t') } },
    'sensor jira.own',
  ],
] as const;

for (const [name, kind, ref, patch, named] of users) {
  test(`${name} blocks the change, by name`, () => {
    const change = changeOf(plan([v2], withRow(installed, kind, ref, patch)), 'jira');
    assert.deepEqual(codesOf(change.blocks), ['in-use']);
    assert.ok(change.blocks[0]?.sentence.endsWith(`is in use by ${named}`), change.blocks[0]?.sentence);
    assert.deepEqual(change.blocks[0]?.rows, [`${kind} ${ref}`]);
  });
}

test('many users of what leaves are counted after the first few, ad-hoc ones first; the rows name them all', () => {
  const refs = ['ops.a', 'ops.b', 'ops.c', 'ops.d', 'ops.e'];
  const links = { runtime: idOf(installed, 'runtime', 'jira.py') };
  const used = refs.reduce((actual, ref) => withRow(actual, 'action', ref, { links }), installed);
  const { blocks } = changeOf(plan([v2], withRow(used, 'action', 'zed.z', { adhoc: true, links })), 'jira');
  assert.equal(
    blocks[0]?.sentence,
    'runtime jira.py left jira, but is in use by ad-hoc action zed.z, action ops.a, action ops.b and 3 more',
  );
  assert.deepEqual(
    blocks[0]?.rows,
    [...refs, 'zed.z'].map((ref) => `action ${ref}`),
  );
});

test('a pack that uses what another drops, and still wants it, blocks that one and stays unchanged', () => {
  const ops = wanted('ops', [component('sensor', 'ops.s', { names: { runtime: 'jira.py', trigger: 'jira.t' } })]);
  const planned = plan([v2, ops], applied([v1, ops]));
  assert.deepEqual(planned.unchanged, ['ops']);
  assert.deepEqual(codesOf(changeOf(planned, 'jira').blocks), ['in-use', 'in-use']);
});

test('a pack that lets go in the same plan does not block, and goes first', () => {
  const before = wanted('ops', [component('action', 'ops.a', { names: { runtime: 'jira.py' } })]);
  const core = wanted('core', [component('runtime', 'core.py')]);
  const after = wanted('ops', [component('action', 'ops.a', { names: { runtime: 'core.py' } })], { version: '2.0.0' });
  const planned = plan([v2, after, core], applied([v1, before]));
  assert.deepEqual(changeOf(planned, 'jira').blocks, []);
  assert.deepEqual(changeOf(planned, 'jira').after, ['ops']);
  assert.deepEqual(
    planned.changes.map(({ ref }) => ref),
    ['core', 'ops', 'jira'],
  );
});

test('a pack that drops the user in the same plan does not block, and goes first', () => {
  const before = wanted('ops', [keepOf('ops'), component('action', 'ops.a', { names: { runtime: 'jira.py' } })]);
  const after = wanted('ops', [keepOf('ops')], { version: '2.0.0' });
  const planned = plan([v2, after], applied([v1, before]));
  assert.deepEqual([changeOf(planned, 'jira').blocks, changeOf(planned, 'jira').after], [[], ['ops']]);
});

test('the pack’s own action without its runtime any more is degraded, not blocked', () => {
  const before = wanted('jira', [runtime, component('action', 'jira.a', { names: { runtime: 'jira.py' } })]);
  const after = wanted('jira', [component('action', 'jira.a', { names: { runtime: 'jira.py' } })], {
    version: '2.0.0',
  });
  const change = changeOf(plan([after], applied([before])), 'jira');
  assert.deepEqual([change.blocks, change.degraded], [[], ['jira.a']]);
  assert.ok(linesOf(change).includes('action jira.a runtime "jira.py" → null changed'));
});

test('rules do not block: they become orphans, of whatever pack, and their packs stay unchanged', () => {
  const ops = wanted('ops', [component('rule', 'ops.r', { names: { action: 'jira.a', trigger: 'jira.t' } })]);
  const both = applied([v1, ops]);
  const adhoc = withRow(both, 'rule', 'mine.r', {
    adhoc: true,
    refs: { action_ref: 'jira.a', trigger_ref: 'x.y' },
    links: { action: idOf(both, 'action', 'jira.a'), trigger: '1' },
  });
  const planned = plan([v2, ops], adhoc);
  assert.deepEqual(planned.unchanged, ['ops']);
  assert.deepEqual(changeOf(planned, 'jira').orphans, [
    { code: 'orphaned-rule', sentence: 'lose the action jira.a', rows: ['rule mine.r', 'rule ops.r'] },
    { code: 'orphaned-rule', sentence: 'lose the trigger jira.t', rows: ['rule ops.r'] },
  ]);
});

test('an unfinished execution of a workflow that left the pack blocks', () => {
  const running = attach({ what: 'unfinished execution', kind: 'workflow', ref: 'jira.w', count: 2 });
  const change = changeOf(plan([v2], running), 'jira');
  assert.deepEqual(codesOf(change.blocks), ['unfinished-execution']);
  assert.match(change.blocks[0]?.sentence ?? '', /2 executions of it are unfinished/);
  assert.deepEqual(
    changeOf(plan([wanted('jira', v1.content.components, { version: '3.0.0' })], running), 'jira').blocks,
    [],
  );
});

function keepOf(pack: string) {
  return component('permission_set', `${pack}.keep`);
}

function attach(...attached: Attached[]) {
  return withPack(installed, 'jira', () => ({ attached }));
}

test('a pack that moves from what leaves to what comes cannot let go first: blocked, not a cycle', () => {
  const old = component('runtime', 'jira.old');
  const young = component('runtime', 'jira.young');
  const user = (runtime: string, version: string) =>
    wanted('ops', [component('action', 'ops.a', { names: { runtime } })], { version });
  const planned = plan(
    [wanted('jira', [young], { version: '2.0.0' }), user('jira.young', '2.0.0')],
    applied([wanted('jira', [old]), user('jira.old', '1.0.0')]),
  );
  assert.deepEqual(codesOf(changeOf(planned, 'jira').blocks), ['in-use']);
  assert.deepEqual([changeOf(planned, 'ops').blocks, changeOf(planned, 'ops').after], [[], ['jira']]);
});

test('an action of another pack that names a runtime by its name blocks that runtime’s deletion like one that names its ref', () => {
  const user = wanted('ops', [component('action', 'ops.a', { names: { runtime: { ref: 'jirapy', name: 'jirapy' } } })]);
  const both = applied([user], installed);
  const found = plan([v2, user], both);
  assert.deepEqual(
    changeOf(found, 'jira').blocks.map(({ code, rows }) => [code, ...rows]),
    [['in-use', 'action ops.a']],
  );
  assert.deepEqual(found.unchanged, ['ops']);
});

test('an action of the pack itself that names its runtime by name does not keep it', () => {
  const own = component('action', 'jira.b', { names: { runtime: { ref: 'jirapy', name: 'jirapy' } } });
  const before = applied([wanted('jira', [runtime, keep, own])]);
  const change = changeOf(plan([wanted('jira', [keep, own], { version: '2.0.0' })], before), 'jira');
  assert.deepEqual(change.blocks, []);
  assert.deepEqual(change.degraded, ['jira.b']);
});
