import assert from 'node:assert/strict';
import { describe, it, test } from 'node:test';
import fc from 'fast-check';
import type { Actual } from '../../../src/actual/actual.ts';
import type { Approval, ApprovedChange } from '../../../src/actual/safeguards.ts';
import { buildPlan } from '../../../src/plan/build-plan.ts';
import type { PlanOptions } from '../../../src/plan/pack-scope.ts';
import type { Plan } from '../../../src/plan/plan.ts';
import { applied, component, desire, repair, wanted, withPack } from '../build.ts';

const hourMs = 60 * 60 * 1000;
const now = new Date('2026-01-02T03:04:05Z');
const refs = (count: number, from = 0) =>
  Array.from({ length: count }, (_, index) => `p${String(from + index).padStart(2, '0')}`);
const fleets = new Map<number, Actual>();

/** A fleet of that many packs, all recorded by this manager. */
function fleet(owned: number): Actual {
  const found = fleets.get(owned) ?? applied(refs(owned).map((ref) => wanted(ref, [component('action', `${ref}.a`)])));
  fleets.set(owned, found);
  return found;
}

interface Given {
  readonly owned: number;
  readonly removed: number;
  /** Packs that went in the last day, and how many hours ago. */
  readonly recent?: number;
  readonly hoursAgo?: number;
  readonly limit?: PlanOptions['removalLimit'];
  readonly approvals?: readonly Approval[];
  readonly targets?: readonly string[];
}

function planOf({ owned, removed, recent = 0, hoursAgo = 1, limit, approvals = [], targets }: Given): Plan {
  const gone = refs(recent, owned).map((ref) => [ref, new Date(now.getTime() - hoursAgo * hourMs)] as const);
  const actual = { ...fleet(owned), safeguards: { now, removed: new Map(gone), approvals } };
  const kept = refs(owned - removed, removed).map((ref) => wanted(ref, [component('action', `${ref}.a`)]));
  return buildPlan(desire(kept), actual, {
    ...repair,
    removalLimit: limit ?? { count: 5, percent: 25 },
    ...(targets === undefined ? {} : { targets }),
  });
}

/** Codes of the safeguards, of each removal; what removals are blocked by beside them is not asked here. */
function guardsOf(plan: Plan): string[][] {
  const guards = ['removal-limit', 'last-pack', 'emptied-pack', 'absence-unproven'];
  return plan.changes.map(({ blocks }) => blocks.map(({ code }) => code).filter((code) => guards.includes(code)));
}

function approval(changes: readonly ApprovedChange[], more: Partial<Approval> = {}): Approval {
  const expires = new Date(now.getTime() + hourMs);
  return { id: '7', who: 'ada@host', why: null, expires, changes, used: [], ...more };
}

describe('removals within 24 hours', () => {
  for (const [name, given, isHeld] of [
    ['exactly the count of a large fleet', { owned: 100, removed: 5 }, false],
    ['one more than the count', { owned: 100, removed: 6 }, true],
    ['two of three: a share says nothing yet', { owned: 3, removed: 2 }, false],
    ['three of twelve, exactly the percentage', { owned: 12, removed: 3 }, false],
    ['three of eleven, more than the percentage', { owned: 11, removed: 3 }, true],
    ['one beside five that went before', { owned: 95, removed: 1, recent: 5 }, true],
    ['one beside four that went before', { owned: 96, removed: 1, recent: 4 }, false],
    ['one beside two that went before, of the twelve there were', { owned: 10, removed: 1, recent: 2 }, false],
    ['one beside two that went before, of the eleven there were', { owned: 9, removed: 1, recent: 2 }, true],
    ['those of 24 hours ago do not count', { owned: 95, removed: 5, recent: 5, hoursAgo: 24 }, false],
    ['those of just under 24 hours ago do', { owned: 95, removed: 5, recent: 5, hoursAgo: 23.99 }, true],
    ['a count of 0 lets none go', { owned: 100, removed: 1, limit: { count: 0, percent: 100 } }, true],
    ['a percentage of 100 lets any share go', { owned: 9, removed: 5, limit: { count: 5, percent: 100 } }, false],
    ['a percentage of 0 lets two go', { owned: 100, removed: 2, limit: { count: 5, percent: 0 } }, false],
    ['a percentage of 0 does not let three go', { owned: 100, removed: 3, limit: { count: 5, percent: 0 } }, true],
  ] as const) {
    it(`${name}: ${isHeld ? 'all are held back' : 'all may go'}`, () => {
      const guards = guardsOf(planOf(given));
      assert.deepEqual(guards, Array(given.removed).fill(isHeld ? ['removal-limit'] : []));
    });
  }

  it('a pack that is back counts neither as gone nor twice as owned', () => {
    const plan = planOf({ owned: 12, removed: 3 });
    const back = { ...fleet(12), safeguards: { now, removed: new Map([['p11', now]]), approvals: [] } };
    const kept = refs(9, 3).map((ref) => wanted(ref, [component('action', `${ref}.a`)]));
    const limit = { count: 5, percent: 25 };
    assert.deepEqual(guardsOf(buildPlan(desire(kept), back, { ...repair, removalLimit: limit })), guardsOf(plan));
  });

  it('are counted for this manager alone: packs of another are neither owned nor removed', () => {
    let actual = fleet(12);
    for (const ref of refs(6, 6)) {
      actual = withPack(actual, ref, ({ recorded }) => ({
        recorded: recorded === null ? null : { ...recorded, manager: 'staging' },
      }));
    }
    const kept = refs(3, 3).map((ref) => wanted(ref, [component('action', `${ref}.a`)]));
    const limit = { count: 5, percent: 25 };
    const plan = buildPlan(desire(kept), actual, { ...repair, removalLimit: limit });
    assert.deepEqual(guardsOf(plan), Array(3).fill(['removal-limit']));
    assert.match(plan.guarded?.why[0] ?? '', /more than 25 % of the 6 packs of prod/);
  });

  it('are too many whichever of them somebody asks for, and only the whole plan can be approved', () => {
    const given = { owned: 100, removed: 6 };
    const plan = planOf({ ...given, targets: ['p00'] });
    assert.deepEqual(guardsOf(plan), [['removal-limit']]);
    assert.equal(plan.guarded, null);
    assert.notEqual(planOf(given).guarded, null);
  });

  it('that are held back leave the rest of the plan as it is', () => {
    const actual = { ...fleet(7), safeguards: { now, removed: new Map(), approvals: [] } };
    const limit = { count: 5, percent: 25 };
    const plan = buildPlan(desire([wanted('p00', [component('action', 'p00.a')]), wanted('new')]), actual, {
      ...repair,
      removalLimit: limit,
    });
    assert.deepEqual(
      plan.changes.filter(({ blocks }) => blocks.length === 0).map(({ action, ref }) => `${action} ${ref}`),
      ['install new'],
    );
    assert.deepEqual(plan.unchanged, ['p00']);
  });

  it('say in one sentence with the numbers why they wait', () => {
    const plan = planOf({ owned: 95, removed: 2, recent: 5 });
    assert.deepEqual(plan.guarded?.why, [
      '7 removals within 24 hours, 5 of them done, are more than 5 (sync.removalLimit.count)',
    ]);
    const [note] = plan.changes[0]?.blocks.filter(({ code }) => code === 'removal-limit') ?? [];
    assert.equal(note?.sentence, `${plan.guarded?.why[0]}; needs an approval`);
  });
});

describe('the last pack', () => {
  it('is always held back', () => {
    assert.deepEqual(guardsOf(planOf({ owned: 1, removed: 1 })), [['last-pack']]);
    assert.deepEqual(planOf({ owned: 1, removed: 1 }).guarded?.why, ['p00: it is the last pack of prod']);
  });

  it('are all of them, where all would go: nobody knows which was to be the last', () => {
    assert.deepEqual(guardsOf(planOf({ owned: 2, removed: 2 })), [['last-pack'], ['last-pack']]);
  });

  it('is one of two, and the other may go', () => {
    assert.deepEqual(guardsOf(planOf({ owned: 2, removed: 1 })), [[]]);
  });
});

describe('an approval', () => {
  const given = { owned: 100, removed: 6 };
  const set = planOf(given).guarded?.changes ?? [];

  it('lets exactly its set through, and says whose word it was', () => {
    const plan = planOf({ ...given, approvals: [approval(set, { why: 'spring cleaning' })] });
    assert.deepEqual(guardsOf(plan), Array(6).fill([]));
    assert.equal(plan.guarded, null);
    assert.equal(plan.changes[0]?.reason.sentence, 'no longer desired, approved by ada@host (spring cleaning)');
    assert.deepEqual(plan.changes[0]?.approval, { id: '7', who: 'ada@host', why: 'spring cleaning' });
  });

  it('holds for the rest where a run was cut off, although fewer are planned and more are gone', () => {
    const plan = planOf({ owned: 98, removed: 4, recent: 2, approvals: [approval(set, { used: refs(2, 4) })] });
    assert.deepEqual(guardsOf(plan), Array(4).fill([]));
  });

  for (const [name, more] of [
    ['that expired', { expires: now }],
    ['that was used for each pack', { used: refs(6) }],
    ['of another set of versions', { changes: set.map((one) => ({ ...one, from: 'other' })) }],
    ['of something else than a removal', { changes: set.map((one) => ({ ...one, action: 'reinstall' })) }],
    ['of another safeguard', { changes: set.map((one) => ({ ...one, guards: ['emptied-pack'] })) }],
  ] as const) {
    it(`${name} lets nothing through`, () => {
      const plan = planOf({ ...given, approvals: [approval(set, more)] });
      assert.deepEqual(guardsOf(plan), Array(6).fill(['removal-limit']));
    });
  }

  it('lets through what it names where others joined, and those wait', () => {
    const plan = planOf({ owned: 100, removed: 7, approvals: [approval(set)] });
    assert.deepEqual(guardsOf(plan), [...Array(6).fill([]), ['removal-limit']]);
    assert.deepEqual(
      plan.guarded?.changes.map(({ pack }) => pack),
      ['p06'],
    );
  });

  it('leaves what is no matter of approval', () => {
    const unproven = new Map([['p00', { since: now, until: new Date(now.getTime() + 60_000) }]]);
    const actual = { ...fleet(100), safeguards: { now, removed: new Map(), approvals: [approval(set)] } };
    const kept = refs(94, 6).map((ref) => wanted(ref, [component('action', `${ref}.a`)]));
    const limit = { count: 5, percent: 25 };
    const plan = buildPlan(desire(kept), actual, { ...repair, removalLimit: limit, unproven });
    assert.deepEqual(guardsOf(plan), [['absence-unproven'], ...Array(5).fill([])]);
    assert.equal(
      plan.changes[0]?.blocks.find(({ code }) => code === 'absence-unproven')?.sentence,
      'no longer desired since 2026-01-02 03:04:05Z; removed after 2026-01-02 03:05:05Z if it stays so',
    );
  });
});

describe('the id of what waits', () => {
  it('is the same for the same set, and another for any other', () => {
    const ids = [6, 7, 8].map((removed) => planOf({ owned: 100, removed }).guarded?.id);
    assert.equal(new Set(ids).size, 3);
    assert.equal(planOf({ owned: 100, removed: 6 }).guarded?.id, ids[0]);
    for (const id of ids) assert.match(id ?? '', /^[0-9a-f]{12}$/);
  });

  it('does not depend on when it is looked at, or on what went before', () => {
    const plan = planOf({ owned: 100, removed: 6, recent: 3 });
    assert.equal(plan.guarded?.id, planOf({ owned: 100, removed: 6, recent: 1, hoursAgo: 5 }).guarded?.id);
  });
});

test('whatever documents vanish, no plan removes more than the limit allows, nor the last pack', () => {
  const draw = fc.record({
    owned: fc.integer({ min: 1, max: 24 }),
    gone: fc.array(fc.nat({ max: 23 })),
    recent: fc.nat({ max: 8 }),
    hoursAgo: fc.integer({ min: 0, max: 30 }),
    count: fc.nat({ max: 8 }),
    percent: fc.nat({ max: 100 }),
  });
  fc.assert(
    fc.property(draw, ({ owned, gone, recent, hoursAgo, count, percent }) => {
      const missing = new Set(gone.filter((index) => index < owned));
      const went = refs(recent, 30).map((ref) => [ref, new Date(now.getTime() - hoursAgo * hourMs)] as const);
      const actual = { ...fleet(owned), safeguards: { now, removed: new Map(went), approvals: [] } };
      const kept = refs(owned).filter((_, index) => !missing.has(index));
      const desired = desire(kept.map((ref) => wanted(ref, [component('action', `${ref}.a`)])));
      const plan = buildPlan(desired, actual, { ...repair, removalLimit: { count, percent } });
      const free = guardsOf(plan).filter((codes) => codes.length === 0).length;
      assert.ok(free === 0 || free === missing.size, 'some of them were taken for the ones that are meant');
      const before = hoursAgo < 24 ? recent : 0;
      if (free > 0) {
        assert.ok(free + before <= count);
        assert.ok(free + before < 3 || (free + before) / (owned + before) <= percent / 100);
        assert.ok(free < owned);
      }
      assert.equal(plan.guarded === null, free === missing.size);
    }),
    { numRuns: 300 },
  );
});
