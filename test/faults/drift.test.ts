import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { look } from '../../src/look.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { reconcile } from '../../src/reconcile.ts';
import { allIds, endState } from '../support/end-state.ts';
import { coreFiles, shopFiles } from '../support/example-packs.ts';
import { createFleet, type Fleet } from '../support/fleet.ts';

async function installed(fleet: Fleet): Promise<void> {
  await fleet.writePack('core', coreFiles);
  await fleet.writePack('shop', shopFiles);
  assert.equal((await fleet.apply()).result.outcome, 'applied');
}

function planned(plan: Plan): unknown[] {
  return plan.changes.map(({ ref, action, reason }) => [ref, action, reason.code]);
}

function blocks(plan: Plan): unknown[] {
  return plan.changes.flatMap(({ ref, blocks }) => blocks.map(({ code }) => [ref, code]));
}

async function assertSettled(fleet: Fleet): Promise<void> {
  const plan = await fleet.plan();
  assert.deepEqual([plan.changes, plan.overrides], [[], []]);
}

describe('a row of ours that somebody', () => {
  const edits: readonly (readonly [name: string, sql: string])[] = [
    ['edited', `UPDATE action SET label = 'Mine', param_schema = '{"x": 1}' WHERE ref = 'shop.ship'`],
    ['edited in the pack', `UPDATE pack SET label = 'Mine', tags = ARRAY['x'] WHERE ref = 'shop'`],
    ['unlinked', `UPDATE rule SET action = NULL WHERE ref = 'shop.ship_orders'`],
    [
      'linked to another',
      `UPDATE action SET runtime = (SELECT id FROM runtime WHERE ref = 'core.shell') WHERE ref = 'shop.ship'`,
    ],
    ['gave to no pack', `UPDATE trigger SET pack_ref = 'shop', description = 'mine' WHERE ref = 'shop.ordered'`],
    ['edited in a runtime version', `UPDATE runtime_version SET is_default = NOT is_default`],
    ['edited in a permission set', `UPDATE permission_set SET grants = '[]' WHERE ref = 'shop.clerk'`],
    ['edited in a policy', `UPDATE policy SET threshold = 99 WHERE ref = 'shop.one'`],
    ['edited in a workflow', `UPDATE workflow_definition SET definition = '{}' WHERE ref = 'shop.fulfil'`],
  ];
  for (const [name, sql] of edits) {
    it(`${name} is repaired with the same ids`, async () => {
      await using fleet = await createFleet();
      await installed(fleet);
      const [before, ids] = [await endState(fleet), await allIds(fleet)];
      await fleet.sql(sql);
      const { plan, result } = await fleet.apply();
      assert.equal(plan.changes[0]?.action, 'repair', name);
      assert.notEqual(result.outcome, 'failed');
      assert.deepEqual(await endState(fleet), before);
      assert.deepEqual(await allIds(fleet), ids);
      await assertSettled(fleet);
    });
  }

  for (const table of [
    'rule',
    'policy',
    'sensor',
    'action',
    'permission_set',
    'trigger',
    'workflow_definition',
    'runtime',
  ]) {
    it(`deleted from ${table} is made again`, async () => {
      await using fleet = await createFleet();
      await installed(fleet);
      const before = await endState(fleet);
      await fleet.sql(`UPDATE action SET runtime = NULL WHERE 'runtime' = '${table}'`);
      await fleet.sql(`DELETE FROM ${table} WHERE pack_ref IN ('shop', 'core')`);
      const { result } = await fleet.apply();
      assert.equal(result.outcome, 'applied', JSON.stringify(result.packs));
      await fleet.apply();
      const after = await endState(fleet);
      assert.deepEqual(after.rows, before.rows);
      await assertSettled(fleet);
    });
  }

  it('deleted with its whole pack, the inventory left, is installed again', async () => {
    await using fleet = await createFleet();
    await installed(fleet);
    const before = await endState(fleet);
    await fleet.sql(`DELETE FROM pack WHERE ref = 'shop'`);
    const { plan, result } = await fleet.apply();
    assert.deepEqual(planned(plan), [['shop', 'install', 'not-installed']]);
    assert.equal(result.outcome, 'applied', JSON.stringify(result.packs));
    assert.deepEqual(await endState(fleet), before);
    await assertSettled(fleet);
  });

  it('deleted and made anew by hand, with another id, is no longer ours: adopted, and nothing in it is lost', async () => {
    await using fleet = await createFleet();
    await installed(fleet);
    await fleet.sql(`DELETE FROM rule WHERE ref = 'shop.ship_orders'`);
    await fleet.sql(
      `INSERT INTO rule (ref, pack, pack_ref, label, description, action_ref, trigger_ref, enabled, is_adhoc)
       SELECT 'shop.ship_orders', id, ref, 'By hand', '', 'shop.ship', 'shop.ordered', TRUE, TRUE FROM pack WHERE ref = 'shop'`,
    );
    const { plan, result } = await fleet.apply();
    assert.deepEqual(blocks(plan), [['shop', 'adhoc-component']]);
    assert.equal(result.outcome, 'blocked');
    assert.deepEqual(await fleet.sql(`SELECT label FROM rule WHERE ref = 'shop.ship_orders'`), [{ label: 'By hand' }]);
  });
});

describe('what people set', () => {
  it('on switches and webhooks stays through reinstall, repair and the loss of our inventory of it', async () => {
    await using fleet = await createFleet();
    await installed(fleet);
    await fleet.sql(`UPDATE rule SET enabled = FALSE WHERE ref = 'shop.ship_orders'`);
    await fleet.sql(`UPDATE sensor SET enabled = NOT enabled WHERE ref = 'shop.orders'`);
    await fleet.sql(
      `UPDATE trigger SET webhook_enabled = TRUE, webhook_key = 'wh_kept', webhook_config = '{"a": 1}', enabled = FALSE
        WHERE ref = 'shop.ordered'`,
    );
    await fleet.sql(`UPDATE action SET timeout_seconds = 5, max_retries = 3 WHERE ref = 'shop.ship'`);
    const query = `SELECT r.enabled AS rule, s.enabled AS sensor, t.enabled AS trigger, webhook_enabled, webhook_key,
      webhook_config, timeout_seconds, max_retries FROM rule r, sensor s, trigger t, action a
      WHERE r.ref = 'shop.ship_orders' AND s.ref = 'shop.orders' AND t.ref = 'shop.ordered' AND a.ref = 'shop.ship'`;
    const before = await fleet.sql(query);
    await fleet.apply();
    assert.deepEqual(await fleet.sql(query), before);
    await fleet.writePack('shop', { 'actions/ship.py': 'print("again")\n' }, { version: '2.0.0' });
    await fleet.apply();
    assert.deepEqual(await fleet.sql(query), before);
    await fleet.sql(`UPDATE trigger SET label = 'x' WHERE ref = 'shop.ordered'`);
    await fleet.apply();
    assert.deepEqual(await fleet.sql(query), before);
    await fleet.sql(`DELETE FROM attune_sync.pack WHERE ref = 'shop'`);
    await fleet.sql('DELETE FROM attune_sync.override');
    await fleet.apply();
    assert.deepEqual(await fleet.sql(query), before);
    await assertSettled(fleet);
  });
});

describe('a ref that is taken', () => {
  it('by an ad-hoc component blocks the pack, names both, and overwrites nothing', async () => {
    await using fleet = await createFleet();
    await fleet.writePack('core', coreFiles);
    await fleet.sql(`INSERT INTO pack (ref, label, version) VALUES ('shop', 'Shop', '0.1.0')`);
    await fleet.sql(
      `INSERT INTO action (ref, pack, pack_ref, label, description, entrypoint, is_adhoc)
       SELECT 'shop.ship', id, ref, 'By hand', '', 'x.sh', TRUE FROM pack`,
    );
    await fleet.writePack('shop', shopFiles);
    const before = await fleet.sql(`SELECT * FROM action WHERE ref = 'shop.ship'`);
    const { plan, result } = await fleet.apply();
    assert.deepEqual(blocks(plan), [['shop', 'adhoc-component']]);
    assert.match(JSON.stringify(plan.changes.flatMap((change) => change.blocks)), /ship\.yaml.*id \d+/);
    assert.equal(result.outcome, 'blocked');
    assert.deepEqual(await fleet.sql(`SELECT * FROM action WHERE ref = 'shop.ship'`), before);
    assert.deepEqual(await fleet.sql(`SELECT version FROM pack WHERE ref = 'shop'`), [{ version: '0.1.0' }]);
    await fleet.sql(`DELETE FROM action WHERE ref = 'shop.ship'`);
    assert.equal((await fleet.apply()).result.outcome, 'applied');
    await assertSettled(fleet);
  });

  it('by a component of ours that somebody made ad-hoc since blocks the pack, and leaves it to them', async () => {
    await using fleet = await createFleet();
    await installed(fleet);
    await fleet.sql(`UPDATE action SET is_adhoc = TRUE, label = 'Mine' WHERE ref = 'shop.ship'`);
    await fleet.writePack('shop', { 'actions/ship.py': 'print("again")\n' }, { version: '2.0.0' });
    const { plan } = await fleet.apply();
    assert.deepEqual(blocks(plan), [['shop', 'adhoc-component']]);
    await fleet.writePack('shop', {
      'actions/ship.yaml': null,
      'rules/ship_orders.yaml': null,
      'policies/one.yaml': null,
    });
    await fleet.apply();
    assert.deepEqual(await fleet.sql(`SELECT label FROM action WHERE ref = 'shop.ship'`), [{ label: 'Mine' }]);
  });

  it('by a component of another pack blocks the pack and overwrites nothing', async () => {
    await using fleet = await createFleet();
    await fleet.sql(`INSERT INTO pack (ref, label, version) VALUES ('other', 'Other', '0.1.0')`);
    await fleet.sql(
      `INSERT INTO action (ref, pack, pack_ref, label, description, entrypoint)
       SELECT 'shop.ship', id, ref, 'Theirs', '', 'x.sh' FROM pack`,
    );
    await fleet.writePack('core', coreFiles);
    await fleet.writePack('shop', shopFiles);
    const { plan } = await fleet.apply();
    assert.deepEqual(blocks(plan), [['shop', 'foreign-component']]);
    assert.deepEqual(await fleet.sql(`SELECT label FROM action WHERE ref = 'shop.ship'`), [{ label: 'Theirs' }]);
  });

  it('by another manager blocks the pack for this one, and neither removes what is the other’s', async () => {
    await using fleet = await createFleet();
    await installed(fleet);
    const context = { ...fleet.context, config: { ...fleet.context.config, name: 'other' } };
    await fleet.writePack('shop', {}, { version: '3.0.0' });
    const run = { cause: 'apply', who: 'test@here', lockTimeoutMs: 20_000 } as const;
    const { plan, result } = await reconcile(context, run);
    assert.deepEqual(blocks(plan), [
      ['core', 'managed-by-another'],
      ['shop', 'managed-by-another'],
    ]);
    assert.equal(result?.outcome, 'blocked');
    await fleet.write({ 'desired/shop.yaml': null });
    assert.deepEqual(planned((await look(context)).plan).length, 1);
    assert.deepEqual(await fleet.sql(`SELECT manager FROM attune_sync.pack WHERE ref = 'shop'`), [{ manager: 'test' }]);
  });
});

describe('packs that hang together', () => {
  it('by a runtime that another uses do not lose it: its removal from the pack is blocked, rows named', async () => {
    await using fleet = await createFleet();
    await installed(fleet);
    const before = await endState(fleet);
    await fleet.writePack('core', { 'runtimes/python.yaml': null }, { version: '2.0.0' });
    const { plan, result } = await fleet.apply();
    assert.equal(plan.changes.find(({ ref }) => ref === 'core')?.blocks.length !== 0, true);
    assert.match(JSON.stringify(plan.changes), /shop\.orders/);
    assert.equal(result.outcome, 'blocked');
    assert.deepEqual((await endState(fleet)).rows, before.rows);
  });

  it('by a component that moves from one to the other are both changed within two runs', async () => {
    await using fleet = await createFleet();
    await fleet.writePack('one', {
      'actions/a.yaml': 'ref: one.a\nrunner_type: shell\nentry_point: a.sh\n',
      'actions/b.yaml': 'ref: one.b\nrunner_type: shell\nentry_point: a.sh\n',
      'actions/a.sh': 'true\n',
    });
    await fleet.writePack('two', {
      'rules/r.yaml': 'ref: two.r\nlabel: R\ntrigger_ref: core.timer\naction_ref: one.a\n',
    });
    await fleet.apply();
    await fleet.writePack('one', { 'actions/a.yaml': null }, { version: '2.0.0' });
    await fleet.writePack(
      'two',
      {
        'actions/a.yaml': 'ref: two.a\nrunner_type: shell\nentry_point: a.sh\n',
        'actions/a.sh': 'true\n',
        'rules/r.yaml': 'ref: two.r\nlabel: R\ntrigger_ref: core.timer\naction_ref: two.a\n',
      },
      { version: '2.0.0' },
    );
    await fleet.apply();
    await fleet.apply();
    await assertSettled(fleet);
    assert.deepEqual(
      await fleet.sql(`SELECT a.ref FROM rule r JOIN action a ON a.id = r.action WHERE r.ref = 'two.r'`),
      [{ ref: 'two.a' }],
    );
  });

  it('in a cycle are blocked with the path, and others go on', async () => {
    await using fleet = await createFleet();
    await fleet.writePack('one', {}, { pack: 'dependencies: [two]\n' });
    await fleet.writePack('two', {}, { pack: 'dependencies: [three]\n' });
    await fleet.writePack('three', {}, { pack: 'dependencies: [one]\n' });
    await fleet.writePack('four', {}, { pack: 'dependencies: [one]\n' });
    await fleet.writePack('free');
    const { plan, result } = await fleet.apply();
    assert.match(JSON.stringify(plan.changes), /(one|two|three) → /);
    const outcomes = Object.fromEntries(result.packs.map(({ ref, outcome }) => [ref, outcome]));
    assert.deepEqual(outcomes, { free: 'applied', four: 'blocked', one: 'blocked', three: 'blocked', two: 'blocked' });
  });
});
