import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Progress } from '../../src/progress.ts';
import { reconcile } from '../../src/reconcile.ts';
import { coreFiles, shopFiles } from '../support/example-packs.ts';
import { createFleet, type Fleet, type FleetOptions } from '../support/fleet.ts';

const document = (ref: string, more = '') => `kind: Pack\nref: ${ref}\nsource:\n  directory: ../packs/${ref}\n${more}`;

async function install(options: FleetOptions = {}): Promise<Fleet> {
  const fleet = await createFleet({ sync: { removalLimit: { count: 9, percent: 100 } }, ...options });
  await fleet.writePack('core', coreFiles);
  await fleet.writePack('shop', shopFiles);
  await fleet.apply();
  return fleet;
}

const packs = async (fleet: Fleet) =>
  (await fleet.sql<{ ref: string }>('SELECT ref FROM pack ORDER BY 1')).map(({ ref }) => ref);

for (const like of ['ours', 'attune'] as const) {
  describe(`removals in a database ${like === 'ours' ? 'of our own' : 'that Attune made'}`, () => {
    it('go in the order in which packs use each other, in one run', async () => {
      await using fleet = await install({ like });
      await fleet.writePack('kept');
      await fleet.apply();
      await fleet.write({ 'desired/core.yaml': null, 'desired/shop.yaml': null });
      const { result } = await fleet.apply();
      assert.deepEqual(
        result.packs.map(({ ref, outcome }) => `${ref} ${outcome}`),
        ['shop applied', 'core applied'],
      );
      assert.deepEqual(await packs(fleet), ['kept']);
    });

    it('are blocked by what a pack that stays uses, and by what a person made in another pack', async () => {
      await using fleet = await install({ like });
      await fleet.write({ 'desired/core.yaml': null });
      const written: string[] = [];
      const progress: Progress = {
        phase: (step, total, work) => {
          written.push(`${step} ${total}`);
          return work();
        },
        step: (step, ref, work) => {
          written.push(`${step} ${ref}`);
          return work();
        },
      };
      const used = await reconcile(
        { ...fleet.context, progress },
        { cause: 'apply', who: 'test@here', lockTimeoutMs: 20_000 },
      );
      assert.deepEqual(
        written.filter((line) => line.startsWith('rows')),
        ['rows 0'],
      );
      assert.match(used.result?.packs[0]?.problems[0]?.hint ?? '', /^Change or remove what uses it/);
      assert.deepEqual(
        used.result?.packs.map(({ outcome, problems }) => [outcome, problems.map(({ message }) => message)]),
        [['blocked', ['in use by action shop.ship, sensor shop.orders, which would go with it']]],
      );
      assert.deepEqual(await packs(fleet), ['core', 'shop']);

      await fleet.write({ 'desired/core.yaml': document('core'), 'desired/shop.yaml': null });
      await fleet.sql(
        `INSERT INTO sensor (ref, pack, pack_ref, label, description, entrypoint, runtime, runtime_ref, trigger, trigger_ref, enabled, is_adhoc)
         SELECT 'core.mine', p.id, 'core', 'Mine', '', 'x.py', r.id, r.ref, t.id, t.ref, TRUE, TRUE
           FROM pack p, runtime r, trigger t WHERE p.ref = 'core' AND r.ref = 'core.python' AND t.ref = 'shop.ordered'`,
      );
      const adhoc = await fleet.apply();
      assert.deepEqual(
        adhoc.result.packs.map(({ outcome, problems }) => [outcome, problems.map(({ message }) => message)]),
        [['blocked', ['in use by ad-hoc sensor core.mine, which would go with it']]],
      );
      assert.deepEqual(await packs(fleet), ['core', 'shop']);
    });

    it('wait until executions have ended, change nothing before, and are tried again by themselves', async () => {
      await using fleet = await install({ like });
      await fleet.sql(
        `INSERT INTO execution (action, action_ref, status) SELECT id, ref, 'running' FROM action WHERE ref = 'shop.ship'`,
      );
      await fleet.sql(
        `INSERT INTO execution (action, action_ref, status, workflow_def)
         SELECT a.id, a.ref, 'scheduled', a.workflow_def FROM action a WHERE a.ref = 'shop.fulfil'`,
      );
      await fleet.write({ 'desired/shop.yaml': null });
      const { plan, result } = await fleet.apply();
      assert.match(
        plan.changes[0]?.blocks[0]?.sentence ?? '',
        /^2 executions are unfinished, since 20\d\d-.* UTC; it is removed when they have ended/,
      );
      assert.deepEqual(
        result.packs.map(({ outcome, retry }) => [outcome, retry]),
        [['blocked', true]],
      );
      assert.deepEqual(await packs(fleet), ['core', 'shop']);
      const runs = await fleet.sql('SELECT count(*)::int AS runs FROM attune_sync.run');
      await fleet.sql(`UPDATE execution SET status = 'completed' WHERE action_ref = 'shop.ship'`);
      await fleet.apply();
      assert.deepEqual(await fleet.sql('SELECT count(*)::int AS runs FROM attune_sync.run'), runs);
      await fleet.sql(`UPDATE execution SET status = 'cancelled' WHERE status = 'scheduled'`);
      assert.equal((await fleet.apply()).result.outcome, 'applied');
      assert.deepEqual(await packs(fleet), ['core']);
      assert.deepEqual(await fleet.sql('SELECT action_ref, action, workflow_def FROM execution ORDER BY 1'), [
        { action_ref: 'shop.fulfil', action: null, workflow_def: null },
        { action_ref: 'shop.ship', action: null, workflow_def: null },
      ]);
    });

    it('leave rules of other packs as orphans, which are linked again when the pack returns', async () => {
      await using fleet = await install({ like });
      await fleet.sql(
        `INSERT INTO rule (ref, pack, pack_ref, label, description, action, action_ref, trigger, trigger_ref, enabled, is_adhoc)
         SELECT 'core.mine', p.id, 'core', 'Mine', '', a.id, a.ref, t.id, t.ref, TRUE, TRUE
           FROM pack p, action a, trigger t WHERE p.ref = 'core' AND a.ref = 'shop.ship' AND t.ref = 'core.timer'`,
      );
      await fleet.write({ 'desired/shop.yaml': null });
      const { plan } = await fleet.apply();
      assert.deepEqual(plan.changes[0]?.orphans, [
        { code: 'orphaned-rule', sentence: 'lose the action shop.ship', rows: ['rule core.mine'] },
      ]);
      const linked = `SELECT r.ref, a.ref AS action, r.enabled FROM rule r LEFT JOIN action a ON a.id = r.action WHERE r.ref = 'core.mine'`;
      assert.deepEqual(await fleet.sql(linked), [{ ref: 'core.mine', action: null, enabled: true }]);
      await fleet.write({ 'desired/shop.yaml': document('shop') });
      await fleet.apply();
      assert.deepEqual(await fleet.sql(linked), [{ ref: 'core.mine', action: 'shop.ship', enabled: true }]);
    });

    it('give nothing back over what a person made meanwhile, and say so', async () => {
      await using fleet = await install({ like });
      const rule = (label: string) =>
        `INSERT INTO rule (ref, pack, pack_ref, label, description, action_ref, trigger_ref, enabled, is_adhoc)
         SELECT 'shop.mine', id, 'shop', '${label}', '', 'a.b', 'c.d', TRUE, TRUE FROM pack WHERE ref = 'shop'`;
      await fleet.sql(rule('Older'));
      await fleet.sql(
        `INSERT INTO key (ref, owner_type, owner_pack, owner_pack_ref, name, encrypted, value)
         SELECT 'shop.token', 'pack', id, 'shop', 'token', FALSE, 'older' FROM pack WHERE ref = 'shop'`,
      );
      await fleet.write({ 'desired/shop.yaml': null });
      await fleet.apply();
      await fleet.sql(`INSERT INTO pack (ref, label, version) VALUES ('shop', 'Shop', '0.9.0')`);
      await fleet.sql(rule('Newer'));
      await fleet.sql(
        `INSERT INTO key (ref, owner_type, name, encrypted, value) VALUES ('shop.token', 'system', 'token', FALSE, 'newer')`,
      );
      await fleet.write({ 'desired/shop.yaml': document('shop') });
      const { plan } = await fleet.apply();
      assert.ok(
        plan.changes[0]?.restores.some(
          ({ sentence }) => sentence === 'ad-hoc rule shop.mine stays set aside: another rule shop.mine is there',
        ),
      );
      assert.deepEqual(await fleet.sql(`SELECT label FROM rule WHERE ref = 'shop.mine'`), [{ label: 'Newer' }]);
      assert.deepEqual(await fleet.sql('SELECT value FROM key'), [{ value: 'newer' }]);
      const left = await fleet.sql(
        `SELECT kind, ref FROM attune_sync.preserved WHERE restored IS NULL AND kind IN ('rule', 'key') ORDER BY 1`,
      );
      assert.deepEqual(left, [
        { kind: 'key', ref: 'shop' },
        { kind: 'rule', ref: 'shop.mine' },
      ]);
    });

    it('set aside a sensor that comes back only when its runtime does', async () => {
      await using fleet = await install({ like });
      await fleet.writePack('house');
      await fleet.writePack('kept');
      await fleet.apply();
      await fleet.sql(
        `INSERT INTO trigger (ref, pack, pack_ref, label, is_adhoc) SELECT 'house.mine', id, 'house', 'Mine', TRUE FROM pack WHERE ref = 'house'`,
      );
      await fleet.sql(
        `INSERT INTO sensor (ref, pack, pack_ref, label, description, entrypoint, runtime, runtime_ref, trigger, trigger_ref, enabled, is_adhoc)
         SELECT 'house.mine', p.id, 'house', 'Mine', '', 'x.py', r.id, r.ref, t.id, t.ref, TRUE, TRUE
           FROM pack p, runtime r, trigger t WHERE p.ref = 'house' AND r.ref = 'core.python' AND t.ref = 'house.mine'`,
      );
      await fleet.write({ 'desired/core.yaml': null, 'desired/shop.yaml': null, 'desired/house.yaml': null });
      const removed = await fleet.apply();
      assert.equal(removed.result.outcome, 'applied', JSON.stringify(removed.result.packs));
      assert.deepEqual(await packs(fleet), ['kept']);

      await fleet.write({ 'desired/house.yaml': document('house') });
      const early = await fleet.apply();
      assert.deepEqual(
        early.plan.changes[0]?.restores.map(({ sentence }) => sentence.replace(/\d{4}-\d\d-\d\d/, 'DAY')),
        [
          '1 ad-hoc trigger, set aside on DAY',
          'ad-hoc sensor house.mine stays set aside: it needs the runtime core.python, which is not there',
        ],
      );
      assert.deepEqual(await fleet.sql('SELECT ref FROM sensor'), []);
      assert.deepEqual((await fleet.plan()).changes, []);
      assert.match(
        (await fleet.plan()).notes.map(({ sentence }) => sentence).join(),
        /sensor house\.mine stays set aside/,
      );

      await fleet.write({ 'desired/core.yaml': document('core') });
      const late = await fleet.apply();
      assert.match(
        late.plan.changes[0]?.restores.map(({ sentence }) => sentence).join() ?? '',
        /^1 ad-hoc sensor, set aside on/,
      );
      const rows = await fleet.sql(
        `SELECT s.ref, r.ref AS runtime, t.ref AS trigger FROM sensor s JOIN runtime r ON r.id = s.runtime JOIN trigger t ON t.id = s.trigger`,
      );
      assert.deepEqual(rows, [{ ref: 'house.mine', runtime: 'core.python', trigger: 'house.mine' }]);
      const next = await fleet.plan();
      assert.deepEqual([next.changes, next.notes], [[], []]);
    });
  });
}
