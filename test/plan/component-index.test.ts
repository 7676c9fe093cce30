import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Actual } from '../../src/actual/actual.ts';
import type { WantedPack } from '../../src/desired/desired.ts';
import { indexComponents } from '../../src/plan/component-index.ts';
import { applied, component, wanted } from './build.ts';

const shop = () => wanted('shop', [component('action', 'shop.ship'), component('trigger', 'shop.sold')]);

function scene(): { packs: readonly WantedPack[]; now: Actual } {
  const pack = shop();
  return { packs: [pack], now: applied([pack]) };
}

test('an index of the same rows and contents is built once, whatever else was read anew', () => {
  const { packs, now } = scene();
  const again = { ...now, packs: new Map([...now.packs].map(([ref, pack]) => [ref, { ...pack, config: {} }])) };
  assert.equal(indexComponents(packs, again, 'repair'), indexComponents(packs, now, 'repair'));
});

for (const [what, other] of [
  ['rows', ({ packs, now }) => indexComponents(packs, { ...now, components: new Map(now.components) }, 'repair')],
  ['content', ({ now }) => indexComponents([wanted('shop')], now, 'repair')],
  ['packs', ({ packs, now }) => indexComponents([...packs, wanted('more')], now, 'repair')],
  ['drift', ({ packs, now }) => indexComponents(packs, now, 'report')],
  ['inventory', ({ packs, now }) => indexComponents(packs, withoutRecords(now), 'repair')],
  ['manager', ({ packs, now }) => indexComponents(packs, { ...now, manager: 'other' }, 'repair')],
  ['changes that are not made', ({ packs, now }) => indexComponents(packs, now, 'repair', new Set(['shop']))],
] as const satisfies readonly (readonly [string, (given: ReturnType<typeof scene>) => unknown])[]) {
  test(`with other ${what} it is built anew`, () => {
    const given = scene();
    const first = indexComponents(given.packs, given.now, 'repair');
    assert.notEqual(other(given), first);
  });
}

function withoutRecords(now: Actual): Actual {
  const packs = [...now.packs].map(([ref, pack]) => {
    const recorded = pack.recorded === null ? null : { ...pack.recorded, components: [] };
    return [ref, { ...pack, recorded }] as const;
  });
  return { ...now, packs: new Map(packs) };
}
