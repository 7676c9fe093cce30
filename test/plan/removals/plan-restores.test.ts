import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Actual, SetAside } from '../../../src/actual/actual.ts';
import type { Plan } from '../../../src/plan/plan.ts';
import { applied, changeOf, component, plan, unrecorded, wanted, withRow } from '../build.ts';

const core = wanted('core', [component('runtime', 'core.py')]);
const shop = wanted('shop', [component('trigger', 'shop.t'), component('action', 'shop.a')]);

function aside(kind: string, ref: string, parts: Partial<SetAside> = {}): SetAside {
  const pack = ref.split('.')[0] ?? '';
  return {
    pack,
    kind,
    ref,
    owner: null,
    adhoc: true,
    needs: [],
    count: 1,
    since: new Date('2026-03-01T10:00:00Z'),
    ...parts,
  };
}

const withAside = (actual: Actual, ...setAside: SetAside[]): Actual => ({ ...actual, setAside });
const restoresOf = (planned: Plan, ref: string) => changeOf(planned, ref).restores.map(({ sentence }) => sentence);
const notesOf = ({ notes }: Plan) => notes.map(({ sentence }) => sentence);

test('a pack that returns brings back what people made of it, and what hung on it, counted with the day', () => {
  const actual = withAside(
    applied([core]),
    aside('rule', 'shop.one'),
    aside('rule', 'shop.two', { since: new Date('2026-03-04T10:00:00Z') }),
    aside('policy', 'shop.p', { adhoc: false }),
    aside('key', 'shop', { owner: 'pack', adhoc: false, count: 2 }),
    aside('key', 'shop.a', { owner: 'action', adhoc: false }),
    aside('webhook', 'shop.t', { adhoc: false }),
  );
  const planned = plan([core, shop], actual);
  assert.deepEqual(changeOf(planned, 'shop').restores, [
    {
      code: 'restored-unmanaged-policy',
      sentence: '1 unmanaged policy, set aside on 2026-03-01',
      rows: ['policy shop.p'],
    },
    {
      code: 'restored-ad-hoc-rule',
      sentence: '2 ad-hoc rules, set aside between 2026-03-01 and 2026-03-04',
      rows: ['rule shop.one', 'rule shop.two'],
    },
    { code: 'restored-key', sentence: '3 keys, set aside on 2026-03-01', rows: ['action shop.a', 'pack shop'] },
    { code: 'restored-webhook', sentence: '1 webhook, set aside on 2026-03-01', rows: ['trigger shop.t'] },
  ]);
  assert.deepEqual(planned.notes, []);
});

test('what waits for a pack that is not there is no matter of any plan', () => {
  const planned = plan(
    [core],
    withAside(applied([core]), aside('rule', 'shop.one'), aside('key', 'shop.a', { owner: 'action' })),
  );
  assert.deepEqual([planned.changes, planned.notes], [[], []]);
});

test('a row waits for what it needs, and comes back with that; what it brings in turn lets others return', () => {
  const sensor = aside('sensor', 'shop.s', {
    needs: [
      { column: 'runtime', ref: 'core.py' },
      { column: 'trigger', ref: 'shop.mine' },
    ],
  });
  const trigger = aside('trigger', 'shop.mine');
  const alone = plan([shop], withAside(applied([]), sensor, trigger));
  assert.deepEqual(restoresOf(alone, 'shop'), [
    '1 ad-hoc trigger, set aside on 2026-03-01',
    'ad-hoc sensor shop.s stays set aside: it needs the runtime core.py, which is not there',
  ]);
  const later = plan(
    [core, shop],
    withAside(withRow(applied([shop]), 'trigger', 'shop.mine', { adhoc: true }), sensor),
  );
  assert.deepEqual(restoresOf(later, 'core'), ['1 ad-hoc sensor, set aside on 2026-03-01']);
  const both = plan([core, shop], withAside(applied([]), sensor, trigger));
  assert.deepEqual(restoresOf(both, 'shop'), [
    '1 ad-hoc trigger, set aside on 2026-03-01',
    '1 ad-hoc sensor, set aside on 2026-03-01',
  ]);
});

test('a rule needs nothing: it returns and waits as an orphan', () => {
  const rule = aside('rule', 'shop.r', { needs: [{ column: 'action', ref: 'nobody.there' }] });
  assert.deepEqual(restoresOf(plan([shop], withAside(applied([]), rule)), 'shop'), [
    '1 ad-hoc rule, set aside on 2026-03-01',
  ]);
});

test('the place of a row may be taken by the pack itself or by a person: then it stays set aside, and is said', () => {
  const taken = aside('action', 'shop.a');
  assert.deepEqual(restoresOf(plan([shop], withAside(applied([]), taken)), 'shop'), [
    'ad-hoc action shop.a stays set aside: another action shop.a is there',
  ]);
  assert.deepEqual(notesOf(plan([shop], withAside(applied([shop]), taken))), [
    'ad-hoc action shop.a stays set aside: another action shop.a is there',
  ]);
});

test('what could come back, although nothing of this plan brings it, is left to a person', () => {
  const planned = plan([shop], withAside(applied([shop]), aside('rule', 'shop.r')));
  assert.deepEqual(planned.changes, []);
  assert.deepEqual(notesOf(planned), [
    'ad-hoc rule shop.r stays set aside: `attune-sync preserved restore --pack shop` puts it back',
  ]);
});

test('a pack that is adopted brings it back as well', () => {
  const actual = withAside(
    unrecorded(applied([shop]), 'shop'),
    aside('rule', 'shop.one'),
    aside('key', 'shop.a', { owner: 'action', adhoc: false }),
    aside('settings', 'shop.a', { owner: 'action', adhoc: false }),
  );
  assert.deepEqual(restoresOf(plan([shop], actual), 'shop'), [
    '1 ad-hoc rule, set aside on 2026-03-01',
    '1 key, set aside on 2026-03-01',
    '1 component with own settings, set aside on 2026-03-01',
  ]);
});

test('a blocked change brings nothing back', () => {
  const needy = wanted('needy', [
    component('sensor', 'needy.s', { names: { runtime: 'core.py', trigger: 'no.where' } }),
  ]);
  const planned = plan([needy], withAside(applied([]), aside('rule', 'needy.r')));
  assert.ok(changeOf(planned, 'needy').blocks.length > 0);
  assert.deepEqual(restoresOf(planned, 'needy'), []);
});
