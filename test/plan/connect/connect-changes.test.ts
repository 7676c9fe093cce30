import assert from 'node:assert/strict';
import { describe, it, test } from 'node:test';
import type { Attached } from '../../../src/actual/actual.ts';
import {
  applied,
  changeOf,
  codesOf,
  component,
  idOf,
  plan,
  repair,
  unrecorded,
  wanted,
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

test('rows of the pack that nobody recorded stay, and are listed', () => {
  const more = withRow(withRow(installed, 'action', 'jira.own', {}), 'action', 'jira.mine', { adhoc: true });
  const change = changeOf(plan([v2], more), 'jira');
  assert.deepEqual(change.keeps, [
    { code: 'adhoc-action', sentence: '1 ad-hoc action', rows: ['action jira.mine'] },
    { code: 'unmanaged-action', sentence: '1 unmanaged action', rows: ['action jira.own'] },
  ]);
});

function keepOf(pack: string) {
  return component('permission_set', `${pack}.keep`);
}

function attach(...attached: Attached[]) {
  return withPack(installed, 'jira', () => ({ attached }));
}

test('keys, webhook keys, assignments and overrides are counted as kept, or as set aside with what is deleted', () => {
  const actual = attach(
    { what: 'key', kind: 'pack', ref: 'jira', count: 2 },
    { what: 'key', kind: 'action', ref: 'jira.a', count: 1 },
    { what: 'webhook key', kind: 'trigger', ref: 'jira.t', count: 1 },
    { what: 'permission assignment', kind: 'permission_set', ref: 'jira.p', count: 3 },
  );
  const overridden = {
    ...actual,
    overrides: [{ pack: 'jira', kind: 'trigger' as const, ref: 'jira.t', field: 'enabled', value: true }],
  };
  const upgrade = wanted('jira', v1.content.components, { version: '3.0.0' });
  assert.deepEqual(
    changeOf(plan([upgrade], overridden), 'jira').keeps.map(({ code, sentence }) => `${code}: ${sentence}`),
    [
      'key: 3 keys',
      'webhook-key: 1 webhook key',
      'permission-assignment: 3 permission assignments',
      'override: 1 override',
    ],
  );
  const shrunk = changeOf(plan([v2], actual), 'jira');
  assert.deepEqual(
    shrunk.keeps.map(({ code, sentence }) => `${code}: ${sentence}`),
    [
      'key: 2 keys',
      'preserved: 1 key, set aside until the component returns',
      'permission-assignment: 3 permission assignments',
    ],
  );
  assert.ok(shrunk.warnings.some(({ code }) => code === 'webhook-preserved'));
});

test('a component that goes and one that comes with its entry point may be one renamed', () => {
  const renamed = wanted('jira', [keep, component('action', 'jira.b', { columns: { entrypoint: 'a.sh' } })], {
    version: '2.0.0',
  });
  const { warnings } = changeOf(plan([renamed], installed), 'jira');
  assert.deepEqual(
    warnings.map(({ message }) => message),
    ['action jira.b may be jira.a renamed: same entry point.'],
  );
});

describe('a pack that loses all its components', () => {
  const actions = (...names: string[]) => names.map((name) => component('action', `jira.${name}`));
  for (const [name, before, after, expected] of [
    ['one, and none comes', ['a'], [], 'jira 2.0.0 has no components left (it had 1)'],
    ['three, and none comes', ['a', 'b', 'c'], [], 'jira 2.0.0 has no components left (it had 3)'],
    [
      'three, and one other comes',
      ['a', 'b', 'c'],
      ['d'],
      'jira 2.0.0 has none of the 3 components that are installed',
    ],
    [
      'three, and as many others come',
      ['a', 'b', 'c'],
      ['d', 'e', 'f'],
      'jira 2.0.0 has none of the 3 components that are installed',
    ],
    ['three but one, and others come', ['a', 'b', 'c'], ['c', 'd', 'e'], null],
    ['two, and others come, as when both are renamed', ['a', 'b'], ['c', 'd'], null],
    ['one, and another comes, as when it is renamed', ['a'], ['b'], null],
  ] as const) {
    it(`${name}: ${expected === null ? 'is let through' : 'is held back'}`, () => {
      const had = applied([wanted('jira', actions(...before))]);
      const { blocks } = changeOf(plan([wanted('jira', actions(...after), { version: '2.0.0' })], had), 'jira');
      assert.deepEqual(
        blocks.map(({ code, sentence, rows }) => `${code}: ${sentence} (${rows.length} rows)`),
        expected === null ? [] : [`emptied-pack: ${expected}; needs an approval (${before.length} rows)`],
      );
    });
  }
});

test('the ref of an ad-hoc component is a conflict, both named, nothing overwritten', () => {
  const adhoc = withRow(applied([v2]), 'action', 'jira.a', { adhoc: true });
  const change = changeOf(plan([v1], adhoc), 'jira');
  assert.deepEqual(codesOf(change.blocks), ['adhoc-component']);
  assert.match(
    change.blocks[0]?.sentence ?? '',
    /^the action jira\.a of jira 1\.0\.0 \(actions\/jira\.a\.yaml:1\) has the ref of an ad-hoc action/,
  );
  assert.ok(change.components.every(({ ref }) => ref !== 'jira.a'));
});

test('a ref that an ad-hoc row took over is a conflict though nothing else changes', () => {
  const planned = plan([v1], withRow(installed, 'action', 'jira.a', { adhoc: true, id: '88' }));
  assert.deepEqual(codesOf(changeOf(planned, 'jira').blocks), ['adhoc-component']);
});

test('the ref of another pack’s row is a conflict, whatever that pack does', () => {
  const theirs = withPack(withRow(applied([v2]), 'action', 'jira.a', { packRef: 'ops' }), 'jira', () => ({}));
  const both = { ...theirs, packs: new Map([...theirs.packs, ...applied([wanted('ops', [keepOf('ops')])]).packs]) };
  const { blocks } = changeOf(plan([v1], both), 'jira');
  assert.deepEqual(codesOf(blocks), ['foreign-component']);
  assert.match(blocks[0]?.sentence ?? '', /has the ref of the action of the pack ops \(id \d+\)$/);
});

test('a row of ours that says it is no pack’s, or that Attune let go of, is given back to its pack', () => {
  for (const patch of [{ packRef: null }, { packRef: 'gone' }, { pack: null }, { pack: '12' }]) {
    const change = changeOf(plan([v1], withRow(installed, 'action', 'jira.a', patch)), 'jira');
    assert.deepEqual([change.action, change.blocks], ['repair', []], JSON.stringify(patch));
    assert.deepEqual(
      change.components.map(({ op, ref, owner, fields }) => [op, ref, owner, fields[0]?.field, fields[0]?.why]),
      [['update', 'jira.a', true, 'pack', 'drifted']],
    );
  }
});

test('a row of no pack that we did not write is a conflict', () => {
  const foreign = withRow(applied([v2]), 'action', 'jira.a', { packRef: null });
  assert.deepEqual(codesOf(changeOf(plan([v1], foreign), 'jira').blocks), ['foreign-component']);
});

test('in an adopted pack rows under its refs are taken over in place', () => {
  const theirs = unrecorded(withRow(installed, 'action', 'jira.a', { columns: { label: 'theirs' } }), 'jira');
  const change = changeOf(plan([v1], theirs), 'jira');
  assert.equal(change.components.find(({ ref }) => ref === 'jira.a')?.id, idOf(installed, 'action', 'jira.a'));
  assert.deepEqual(change.blocks, []);
});

test('order comes from what components name and from dependencies, not from rules', () => {
  const core = wanted('zcore', [component('runtime', 'zcore.py')]);
  const lib = wanted('lib', [component('action', 'lib.a', { names: { runtime: 'zcore.py' } })]);
  const app = wanted('app', [component('rule', 'app.r', { names: { action: 'lib.a', trigger: 'zcore.t' } })]);
  const top = wanted('aaa', [], { dependencies: ['lib'] });
  const planned = plan([top, app, lib, core]);
  assert.deepEqual(
    planned.changes.map(({ ref, after }) => `${ref} after ${after}`),
    ['app after ', 'zcore after ', 'lib after zcore', 'aaa after lib'],
  );
});

test('a pack that does not change gives no order', () => {
  const core = wanted('core', [component('runtime', 'core.py')]);
  const lib = wanted('lib', [component('action', 'lib.a', { names: { runtime: 'core.py' } })]);
  assert.deepEqual(changeOf(plan([core, lib], applied([core])), 'lib').after, []);
});

test('packs that need each other are blocked with the way round; those that need them say so', () => {
  const one = wanted('one', [
    component('action', 'one.a', { names: { runtime: 'two.r' } }),
    component('runtime', 'one.r'),
  ]);
  const two = wanted('two', [
    component('action', 'two.a', { names: { runtime: 'one.r' } }),
    component('runtime', 'two.r'),
  ]);
  const three = wanted('three', [], { dependencies: ['one'] });
  const four = wanted('four');
  const planned = plan([three, two, one, four]);
  assert.deepEqual(
    planned.changes.map(({ ref, blocks }) => `${ref} ${blocks.map(({ sentence }) => sentence)}`),
    [
      'four ',
      'one packs need each other: one → two → one',
      'two packs need each other: two → one → two',
      'three one is needed (pack.yaml:7:3), and one cannot be installed now: see what holds it back',
    ],
  );
});

test('one blocked pack leaves the others as they are', () => {
  const bad = wanted('bad', [component('sensor', 'bad.s', { names: { runtime: 'no.r', trigger: 'no.t' } })]);
  const planned = plan([bad, wanted('good')], undefined, repair);
  assert.deepEqual(
    planned.changes.map(({ ref, blocks }) => [ref, blocks.length]),
    [
      ['bad', 2],
      ['good', 0],
    ],
  );
});
