import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Actual } from '../../../src/actual/actual.ts';
import type { WantedPack } from '../../../src/desired/desired.ts';
import { buildPlan } from '../../../src/plan/build-plan.ts';
import { applied, changeOf, codesOf, component, desire, plan, repair, wanted, withRow } from '../build.ts';
import { simulate } from '../simulate.ts';

const runtime = component('runtime', 'alpha.rt', { columns: { name: 'AlphaRt' } });
const trigger = component('trigger', 'alpha.t');
const action = component('action', 'alpha.a', { columns: { entrypoint: 'a.sh' } });
const stays = component('permission_set', 'alpha.p');
const first = wanted('alpha', [runtime, trigger, action, stays]);
const second = wanted('alpha', [component('trigger', 'alpha.fresh'), stays], { version: '2.0.0' });

const rule = component('rule', 'beta.r', { names: { trigger: 'alpha.t', action: 'alpha.a' } });
const beta = wanted('beta', [rule]);
const before = withUser(applied([first, beta]));

/** A person's sensor on the trigger: alpha cannot drop it. */
function withUser(actual: Actual): Actual {
  const id = actual.components.get('trigger')?.get('alpha.t')?.id ?? null;
  return withRow(actual, 'sensor', 'mine.s', { adhoc: true, links: { trigger: id } });
}

function applyTo(packs: readonly WantedPack[], actual: Actual): Actual {
  const desired = desire(packs);
  return simulate(buildPlan(desired, actual, repair), desired, actual);
}

describe('a blocked change is not counted on', () => {
  it('by rules that would lose what they name', () => {
    const found = plan([second, beta], before);
    assert.deepEqual(codesOf(changeOf(found, 'alpha').blocks), ['in-use']);
    assert.deepEqual(found.notes, []);
    assert.deepEqual(found.unchanged, ['beta']);
  });

  it('by an action that names a runtime it would drop', () => {
    const gamma = wanted('gamma', [component('action', 'gamma.a', { names: { runtime: 'alpha.rt' } })]);
    const change = changeOf(plan([second, beta, gamma], before), 'gamma');
    assert.deepEqual(change.degraded, []);
    assert.deepEqual(change.warnings, []);
    assert.deepEqual(change.after, []);
    assert.equal(change.components[0]?.links.runtime?.ref, 'alpha.rt');
    const after = applyTo([second, beta, gamma], before);
    assert.deepEqual(plan([second, beta, gamma], after).unchanged, ['beta', 'gamma']);
  });

  it('by a rule that names what it would bring', () => {
    const delta = wanted('delta', [component('rule', 'delta.r', { names: { trigger: 'alpha.fresh' } })]);
    const found = plan([second, beta, delta], before);
    assert.deepEqual(
      changeOf(found, 'delta').orphans.map(({ sentence }) => sentence),
      ['rule delta.r names the trigger alpha.fresh, which does not exist'],
    );
    const after = applyTo([second, beta, delta], before);
    assert.deepEqual(
      plan([second, beta, delta], after).notes.map(({ sentence }) => sentence),
      ['rule delta.r names the trigger alpha.fresh, which does not exist'],
    );
  });

  it('nor is one that waits for it', () => {
    const gamma = wanted('gamma', [component('trigger', 'gamma.t')], { dependencies: ['alpha@^2.0'] });
    const delta = wanted('delta', [component('rule', 'delta.r', { names: { trigger: 'gamma.t' } })]);
    const found = plan([second, beta, gamma, delta], before);
    assert.deepEqual(changeOf(found, 'gamma').after, ['alpha']);
    assert.deepEqual(
      changeOf(found, 'gamma').blocks.map(({ sentence }) => sentence),
      [
        'alpha ^2.0 is needed (pack.yaml:7:3), and alpha 1.0.0 stays installed, because its change to 2.0.0 is held back',
      ],
    );
    assert.deepEqual(
      changeOf(found, 'delta').orphans.map(({ sentence }) => sentence),
      ['rule delta.r names the trigger gamma.t, which does not exist'],
    );
  });

  it('and is shown as it would be', () => {
    assert.deepEqual(
      changeOf(plan([second, beta], before), 'alpha').orphans.map(({ sentence, rows }) => [sentence, rows]),
      [
        ['lose the action alpha.a', ['rule beta.r']],
        ['lose the trigger alpha.t', ['rule beta.r']],
      ],
    );
  });
});
