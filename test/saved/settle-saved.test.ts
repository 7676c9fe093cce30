import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Actual } from '../../src/actual/actual.ts';
import type { WantedPack } from '../../src/desired/desired.ts';
import { buildPlan } from '../../src/plan/build-plan.ts';
import type { PlanOptions } from '../../src/plan/pack-scope.ts';
import { buildSavedPlan, type PlanBinding } from '../../src/plan/saved/build-saved-plan.ts';
import { settleSaved } from '../../src/plan/saved/settle-saved.ts';
import { applied, component, desire, repair, unrecorded, wanted, withoutRow } from '../plan/build.ts';

const place = { base: '/', entries: [], secretKey: null };
/** Of rows that are the same before and after: what blocks a change is not among those that decide what it writes. */
const binding: PlanBinding = {
  identity: { name: 'attune', schema: 'attune', id: null, store: null },
  fingerprints: new Map(['core', 'kept'].map((ref) => [ref, { digest: 'same', parts: {} }])),
};

const core = wanted('core', [component('runtime', 'core.py')]);
const shop = wanted('shop', [component('action', 'shop.a', { names: { runtime: 'core.py' } })]);
const kept = wanted('kept', [component('action', 'kept.a')]);
const changed = wanted('kept', [component('action', 'kept.a'), component('action', 'kept.b')], { version: '2.0.0' });

/** What a plan of these packs that was saved over one actual side does to another; by ref the codes that block. */
function blocksLater(packs: readonly WantedPack[], then: Actual, now: Actual, options: PlanOptions = repair) {
  const planned = (actual: Actual) => {
    const desired = desire(packs);
    return { desired, actual, plan: buildPlan(desired, actual, options), binding };
  };
  const about = { version: '0', created: '', createdBy: '', targets: null, reinstall: [], place, shown: {} };
  const { changes } = settleSaved(buildSavedPlan(planned(then), about), planned(now), place);
  return Object.fromEntries(changes.map(({ ref, blocks }) => [ref, blocks.map((block) => block.code)]));
}

describe('a saved change that was shown as blocked', () => {
  // Nobody manages the pack shop: its action uses the runtime that is to go.
  const used = unrecorded(applied([core, shop, kept]), 'shop');
  const unused = withoutRow(used, 'action', 'shop.a');

  it('is refused where the obstacle is gone, since nobody saw that it would be made; other packs go on', () => {
    assert.deepEqual(blocksLater([changed], used, unused), { core: ['plan-stale'], kept: [] });
  });

  it('stays blocked where the obstacle is there', () => {
    assert.deepEqual(blocksLater([changed], used, used), { core: ['in-use'], kept: [] });
  });

  it('is blocked by what came up since', () => {
    assert.deepEqual(blocksLater([changed], unused, used), { core: ['in-use'], kept: [] });
  });

  it('waits for its approval where only a safeguard held it back, and for a new plan where something else did too', () => {
    const limited: PlanOptions = { ...repair, removalLimit: { count: 0, percent: 100 } };
    assert.deepEqual(blocksLater([kept], unused, unused, limited), { core: ['removal-limit'] });
    assert.deepEqual(blocksLater([kept], used, unused, limited), { core: ['plan-stale', 'removal-limit'] });
  });

  it('is made once it is approved, where only a safeguard held it back', () => {
    const limited: PlanOptions = { ...repair, removalLimit: { count: 0, percent: 100 } };
    const { guarded } = buildPlan(desire([kept]), unused, limited);
    const expires = new Date(unused.safeguards.now.getTime() + 1000);
    const approval = { id: '1', who: 'ada@host', why: null, expires, changes: guarded?.changes ?? [], used: [] };
    const approved = { ...unused, safeguards: { ...unused.safeguards, approvals: [approval] } };
    assert.deepEqual(blocksLater([kept], unused, approved, limited), { core: [] });
  });
});
