import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { restorePreserved } from '../../src/commands/preserved/restore-preserved.ts';
import { coreFiles, shopFiles } from '../support/example-packs.ts';
import { createFleet, type Fleet } from '../support/fleet.ts';
import { applyWith, contextWith, emptyOutbox, nowhere, readOutbox, tellOutbox } from './telling-fleet.ts';

const venv = {
  'runtimes/python.yaml': `ref: core.python
name: Python
distributions: {}
execution_config:
  interpreter: { binary: python3 }
  environment: { env_type: virtualenv, dir_name: .venv, create_command: [python3, -m, venv, '{env_dir}'] }
`,
};

const manifest = `ref: core.python
name: Python
distributions: {}
execution_config:
  interpreter: { binary: python3 }
  dependencies: { manifest_file: requirements.txt, install_command: [pip, install] }
`;

describe('the outbox', () => {
  it('is written with each change as Attune would tell of it, and only where it is configured', async () => {
    await using fleet = await createFleet();
    await fleet.writePack('core', { ...coreFiles, ...venv });
    const lines: string[] = [];
    const context = contextWith(fleet, nowhere, lines);
    await fleet.apply();
    assert.deepEqual(await tellOutbox(fleet), [], 'nobody asked to be told');

    await fleet.writePack('shop', shopFiles);
    const { result } = await applyWith(context);
    assert.equal(result.outcome, 'applied', 'what cannot be told yet is applied all the same');
    const [registered, created, ...others] = await readOutbox(fleet);
    assert.deepEqual(others, []);
    const [ids] = await fleet.sql<Record<string, string>>(
      `SELECT p.id AS pack, r.id AS rule, r.trigger, r.action FROM pack p JOIN rule r ON r.pack = p.id WHERE p.ref = 'shop'`,
    );
    assert.deepEqual(registered?.payload, {
      pack_id: Number(ids?.pack),
      pack_ref: 'shop',
      version: '1.0.0',
      runtime_names: ['python'],
    });
    assert.deepEqual(created?.payload, {
      rule_id: Number(ids?.rule),
      rule_ref: 'shop.ship_orders',
      trigger_id: Number(ids?.trigger),
      trigger_ref: 'shop.ordered',
      action_id: Number(ids?.action),
      action_ref: 'shop.ship',
      trigger_params: {},
      enabled: true,
    });
    assert.equal(created?.correlation_id, registered?.correlation_id);
    assert.notEqual(created?.message_id, registered?.message_id);
    const warned = lines.filter((line) => line.startsWith('warn'));
    assert.match(warned.join('\n'), /^warn .*not told.*127\.0\.0\.1:1 cannot be reached.*\[queue-unreachable\]/);
    assert.doesNotMatch(lines.join('\n'), /canary-login/);

    await emptyOutbox(fleet);
    const again = await applyWith(context);
    assert.equal(again.result.run, null);
    assert.deepEqual(await tellOutbox(fleet), [], 'nothing changed, nothing is told');

    await fleet.sql(`UPDATE action SET label = 'Mine' WHERE ref = 'shop.ship'`);
    await applyWith(context);
    assert.deepEqual(await tellOutbox(fleet), [], 'workers have nothing to make for a label');
    // By a manifest instead of a recipe: only packs that have one.
    await fleet.writePack('core', { 'runtimes/python.yaml': manifest });
    await fleet.write({ 'packs/shop/README.md': 'new\n' });
    await applyWith(context);
    assert.deepEqual(await tellOutbox(fleet), ['RuleEnabled shop.ship_orders']);
    await emptyOutbox(fleet);
    await fleet.write({ 'packs/shop/requirements.txt': '' });
    await applyWith(context);
    assert.deepEqual(await tellOutbox(fleet), ['PackRegistered shop', 'RuleEnabled shop.ship_orders']);
  });

  it('tells of switches, of what a rule asks of its trigger, and starts sensors anew for new code', async () => {
    await using fleet = await withShop();
    const context = contextWith(fleet, nowhere);
    const steps: [change: () => Promise<unknown>, told: string[]][] = [
      [
        () => fleet.writePack('shop', {}, { document: 'enabled: { shop.ship_orders: false }\n' }),
        ['RuleDisabled shop.ship_orders'],
      ],
      // No rule uses the trigger: its sensor does not run.
      [() => fleet.write({ 'packs/shop/sensors/orders.py': 'print("new")\n' }), []],
      [() => fleet.writePack('shop'), ['RuleEnabled shop.ship_orders']],
      [
        () =>
          fleet.write({
            'packs/shop/rules/ship_orders.yaml': `${shopFiles['rules/ship_orders.yaml']}trigger_params: { id: 7 }\n`,
          }),
        ['RuleEnabled shop.ship_orders'],
      ],
      [() => fleet.write({ 'packs/shop/sensors/orders.py': 'print("newer")\n' }), ['RuleEnabled shop.ship_orders']],
      // What only people read.
      [() => fleet.sql(`UPDATE rule SET label = 'Mine' WHERE ref = 'shop.ship_orders'`), []],
      [() => fleet.sql('DELETE FROM rule'), ['RuleCreated shop.ship_orders']],
    ];
    for (const [change, told] of steps) {
      await change();
      const { result } = await applyWith(context);
      assert.deepEqual(
        [result.outcome, await tellOutbox(fleet)],
        ['applied', told],
        `${change} ${JSON.stringify(result.problems)}`,
      );
      await emptyOutbox(fleet);
    }
  });

  it('tells of rules that are relinked, set aside and put back, whoever made them', async () => {
    await using fleet = await withShop();
    const context = contextWith(fleet, nowhere);
    await fleet.sql(
      `INSERT INTO rule (ref, pack, pack_ref, label, description, action, action_ref, trigger, trigger_ref, enabled, is_adhoc)
       SELECT r.ref, p.id, p.ref, 'x', 'x', a.id, a.ref, t.id, t.ref, TRUE, TRUE
         FROM (VALUES ('core.mine', 'core'), ('shop.mine', 'shop')) r(ref, pack) JOIN pack p ON p.ref = r.pack,
              action a, trigger t WHERE a.ref = 'shop.ship' AND t.ref = 'shop.ordered'`,
    );
    await fleet.sql(
      `INSERT INTO trigger (ref, pack, pack_ref, label, is_adhoc) SELECT 'shop.bell', id, ref, 'x', TRUE FROM pack WHERE ref = 'shop'`,
    );
    await fleet.sql(
      `INSERT INTO sensor (ref, pack, pack_ref, label, description, entrypoint, runtime, runtime_ref, trigger, trigger_ref, enabled, is_adhoc)
       SELECT 'shop.ear', p.id, p.ref, 'x', 'x', 'x', r.id, r.ref, t.id, t.ref, TRUE, TRUE
         FROM pack p, runtime r, trigger t WHERE p.ref = 'shop' AND r.ref = 'core.python' AND t.ref = 'shop.bell'`,
    );
    await fleet.sql(
      `INSERT INTO rule (ref, pack, pack_ref, label, description, action, action_ref, trigger, trigger_ref, enabled, is_adhoc)
       SELECT 'core.heard', p.id, p.ref, 'x', 'x', a.id, a.ref, t.id, t.ref, TRUE, TRUE
         FROM pack p, action a, trigger t WHERE p.ref = 'core' AND a.ref = 'core.echo' AND t.ref = 'shop.bell'`,
    );
    await fleet.write({ 'desired/shop.yaml': null });
    await applyWith(context);
    assert.deepEqual(await tellOutbox(fleet), [], 'Attune knows no message of a rule that goes');
    await fleet.writePack('shop');
    const { result } = await applyWith(context);
    assert.equal(result.outcome, 'applied');
    assert.deepEqual((await tellOutbox(fleet)).sort(), [
      'RuleCreated shop.mine',
      'RuleCreated shop.ship_orders',
      'RuleEnabled core.heard',
      'RuleEnabled core.mine',
    ]);
    await emptyOutbox(fleet);

    await fleet.write({ 'packs/shop/rules/ship_orders.yaml': null });
    await applyWith(context);
    assert.deepEqual(
      (await tellOutbox(fleet)).sort(),
      ['RuleEnabled core.heard', 'RuleEnabled core.mine'],
      'its sensors start anew, one without the rule that went',
    );
    await emptyOutbox(fleet);

    // A person puts back what waits.
    await fleet.sql(`UPDATE attune_sync.preserved SET restored = NULL WHERE kind = 'rule' AND ref = 'shop.mine'`);
    await fleet.sql(`DELETE FROM rule WHERE ref = 'shop.mine'`);
    const rows = await restorePreserved(context, { pack: 'shop', who: 'test@here', lockTimeoutMs: 20_000 });
    assert.deepEqual(
      rows.filter(({ restored }) => restored).map(({ ref }) => ref),
      ['shop.mine'],
    );
    assert.deepEqual(await tellOutbox(fleet), ['RuleCreated shop.mine']);
    await emptyOutbox(fleet);
    await fleet.sql(`UPDATE attune_sync.preserved SET restored = NULL WHERE kind = 'sensor' AND ref = 'shop.ear'`);
    await fleet.sql(`DELETE FROM sensor WHERE ref = 'shop.ear'`);
    await restorePreserved(context, { pack: 'shop', who: 'test@here', lockTimeoutMs: 20_000 });
    assert.deepEqual(await tellOutbox(fleet), ['RuleEnabled core.heard'], 'a sensor of a person, started by its rule');
  });
});

async function withShop(): Promise<Fleet> {
  const fleet = await createFleet({ sync: { removalLimit: { count: 5, percent: 100 } } });
  await fleet.writePack('core', coreFiles);
  await fleet.writePack('shop', shopFiles);
  await fleet.apply();
  return fleet;
}
