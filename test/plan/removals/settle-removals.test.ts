import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Actual } from '../../../src/actual/actual.ts';
import type { WantedPack } from '../../../src/desired/desired.ts';
import type { Plan } from '../../../src/plan/plan.ts';
import {
  applied,
  changeOf,
  codesOf,
  component,
  desire,
  idOf,
  plan,
  repair,
  unrecorded,
  wanted,
  withPack,
  withRow,
} from '../build.ts';

const core = wanted('core', [
  component('runtime', 'core.py'),
  component('trigger', 'core.timer'),
  component('action', 'core.echo'),
]);
const named = { runtime: 'core.py', trigger: 'core.timer' };
const sensing = wanted('sensing', [component('sensor', 'sensing.s', { names: named })]);
const acting = wanted('acting', [component('action', 'acting.a', { names: { runtime: 'core.py' } })]);
const ruling = wanted('ruling', [component('policy', 'ruling.p', { names: { action: 'core.echo' } })]);
const declaring = wanted('declaring', [], { dependencies: ['core'], columns: { dependencies: ['core@^1.0'] } });
const starting = wanted('starting', [
  component('rule', 'starting.r', { names: { action: 'core.echo', trigger: 'core.timer' } }),
]);
const kept = wanted('kept');

/** Every pack but these was wanted once and is not any more. */
function without(
  gone: readonly WantedPack[],
  stay: readonly WantedPack[],
  actual: Actual = applied([...gone, ...stay]),
) {
  return plan(stay, actual, { ...repair, removalLimit: { count: 99, percent: 100 } });
}

const removals = ({ changes }: Plan) => changes.filter(({ action }) => action === 'remove').map(({ ref }) => ref);
const blocksOf = (planned: Plan, ref: string) => changeOf(planned, ref).blocks.map(({ sentence }) => sentence);

for (const [user, sentence] of [
  [sensing, 'in use by sensor sensing.s, which would go with it'],
  [acting, 'in use by action acting.a, which would go with it'],
  [ruling, 'in use by policy ruling.p, which would go with it'],
  [declaring, 'the pack declaring declares it as a dependency'],
] as const) {
  test(`a pack that ${user.ref} uses stays while that stays: ${sentence}`, () => {
    assert.deepEqual(blocksOf(without([core], [user]), 'core'), [sentence]);
  });

  test(`a pack that ${user.ref} uses stays for it even where nobody manages that`, () => {
    const actual = unrecorded(applied([core, user, kept]), user.ref);
    const planned = without([core], [kept], actual);
    assert.deepEqual(blocksOf(planned, 'core'), [sentence]);
  });

  test(`a pack goes after ${user.ref}, which uses it, in one plan`, () => {
    const planned = without([core, user], [kept]);
    assert.deepEqual(removals(planned), [user.ref, 'core']);
    assert.deepEqual(changeOf(planned, 'core').after, [user.ref]);
    assert.deepEqual(blocksOf(planned, 'core'), []);
  });

  test(`a pack stays while ${user.ref}, which uses it and is to go, has to stay`, () => {
    const actual = withPack(applied([core, user, kept]), user.ref, () => ({
      unfinished: { count: 1, since: new Date('2026-01-02T03:04:05Z') },
    }));
    const planned = without([core, user], [kept], actual);
    assert.deepEqual(codesOf(changeOf(planned, user.ref).blocks), ['draining']);
    assert.deepEqual(blocksOf(planned, 'core'), [`the pack ${user.ref} uses it and cannot be removed yet`]);
  });
}

test('a pack goes once those that stay let go of it in the same plan', () => {
  const before = applied([core, acting, declaring]);
  const later = wanted('acting', [component('action', 'acting.a')], { version: '2.0.0' });
  const free = wanted('declaring', [], { version: '2.0.0' });
  const planned = without([core], [later, free], before);
  assert.deepEqual(blocksOf(planned, 'core'), []);
  assert.deepEqual(changeOf(planned, 'core').after, ['acting']);
  assert.equal(planned.changes.at(-1)?.ref, 'core');
});

test('a pack stays for one that only this plan brings', () => {
  assert.deepEqual(blocksOf(without([core], [acting, kept], applied([core, kept])), 'core'), [
    'in use by action acting.a, which would go with it',
  ]);
});

test('a pack stays for what a person made in another pack, and for what belongs to none', () => {
  const links = { runtime: '', trigger: '' };
  const base = applied([core, kept]);
  const ids = { runtime: idOf(base, 'runtime', 'core.py'), trigger: idOf(base, 'trigger', 'core.timer') };
  for (const [packRef, adhoc, sentence] of [
    ['kept', true, 'in use by ad-hoc sensor kept.mine, which would go with it'],
    [null, false, 'in use by sensor kept.mine, which would go with it'],
  ] as const) {
    const actual = withRow(base, 'sensor', 'kept.mine', { packRef, adhoc, links: { ...links, ...ids } });
    assert.deepEqual(blocksOf(without([core], [kept], actual), 'core'), [sentence]);
  }
});

test('users are named up to three, and counted', () => {
  const many = wanted(
    'many',
    ['a', 'b', 'c', 'd', 'e'].map((name) => component('action', `many.${name}`, { names: { runtime: 'core.py' } })),
  );
  assert.deepEqual(blocksOf(without([core], [many]), 'core'), [
    'in use by action many.a, action many.b, action many.c and 2 more, which would go with it',
  ]);
});

test('rules block nothing: those of packs that stay are listed as orphans, those that go are not', () => {
  const planned = without([core], [starting]);
  assert.deepEqual(blocksOf(planned, 'core'), []);
  assert.deepEqual(changeOf(planned, 'core').orphans, [
    { code: 'orphaned-rule', sentence: 'lose the action core.echo', rows: ['rule starting.r'] },
    { code: 'orphaned-rule', sentence: 'lose the trigger core.timer', rows: ['rule starting.r'] },
  ]);
  assert.deepEqual(changeOf(without([core, starting], [kept]), 'core').orphans, []);
});

test('packs that declare each other go in one plan; packs whose rows need each other say the way round', () => {
  const [one, two] = [wanted('one'), wanted('two')];
  const declaring = (actual: Actual, ref: string, other: string) =>
    withPack(actual, ref, ({ columns }) => ({ columns: { ...columns, dependencies: [other] } }));
  const mutual = declaring(declaring(applied([one, two, kept]), 'one', 'two'), 'two', 'one');
  const loose = without([one, two], [kept], mutual);
  assert.deepEqual(removals(loose).sort(), ['one', 'two']);
  assert.deepEqual([blocksOf(loose, 'one'), blocksOf(loose, 'two')], [[], []]);

  const base = applied([
    wanted('aa', [component('trigger', 'aa.t')]),
    wanted('bb', [component('trigger', 'bb.t')]),
    core,
    kept,
  ]);
  const id = (ref: string) => idOf(base, 'trigger', ref);
  const tied = withRow(
    withRow(base, 'sensor', 'aa.s', { packRef: 'aa', links: { trigger: id('bb.t') } }),
    'sensor',
    'bb.s',
    { packRef: 'bb', links: { trigger: id('aa.t') } },
  );
  const planned = plan([core, kept], tied, { ...repair, removalLimit: { count: 99, percent: 100 } });
  assert.ok(blocksOf(planned, 'aa').includes('packs use each other: aa → bb → aa'));
  assert.ok(blocksOf(planned, 'bb').includes('packs use each other: bb → aa → bb'));
});

test('the order in which packs come in does not matter', () => {
  const all = [core, sensing, acting, declaring, kept];
  const actual = applied(all);
  const turned: Actual = {
    ...actual,
    packs: new Map([...actual.packs].reverse()),
    components: new Map([...actual.components].map(([kind, rows]) => [kind, new Map([...rows].reverse())])),
  };
  assert.deepEqual(without([], [kept], turned), without([], [kept], actual));
  assert.deepEqual(desire([kept]).packs.length, 1);
});
