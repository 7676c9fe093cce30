import assert from 'node:assert/strict';
import { readlink, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { coreFiles, shopFiles } from '../support/example-packs.ts';
import { createFleet, type Fleet } from '../support/fleet.ts';

/** Every row of a pack's components with its id, as one sorted list. */
async function idsOf(fleet: Fleet, pack: string): Promise<string[]> {
  const tables = ['runtime', 'trigger', 'permission_set', 'workflow_definition', 'action', 'sensor', 'policy', 'rule'];
  const rows = await fleet.sql<{ row: string }>(
    tables
      .map((table) => `SELECT '${table} ' || ref || ' ' || id AS row FROM ${table} WHERE pack_ref = ?`)
      .join(' UNION ALL '),
    tables.map(() => pack),
  );
  return rows.map(({ row }) => row).sort();
}

async function installed(fleet: Fleet): Promise<void> {
  await fleet.writePack('core', coreFiles);
  await fleet.writePack('shop', shopFiles);
  const { result } = await fleet.apply();
  assert.deepEqual(
    result.packs.flatMap(({ problems }) => problems),
    [],
  );
  assert.deepEqual(
    result.packs.map(({ ref, outcome }) => [ref, outcome]),
    [
      ['core', 'applied'],
      ['shop', 'applied'],
    ],
  );
}

for (const like of ['ours', 'attune'] as const) {
  describe(`in a database ${like === 'ours' ? 'of our own' : 'that Attune made'}`, () => {
    it('installs every kind of component, linked to what it names in another pack', async () => {
      await using fleet = await createFleet({ like });
      await installed(fleet);
      const [linked] = await fleet.sql<Record<string, string>>(
        `SELECT rt.ref AS runtime, srt.ref AS sensor_runtime, t.ref AS sensor_trigger, ra.ref AS rule_action,
                pa.ref AS policy_action, w.ref AS workflow
           FROM action a JOIN runtime rt ON rt.id = a.runtime, sensor s JOIN runtime srt ON srt.id = s.runtime
           JOIN trigger t ON t.id = s.trigger, rule r JOIN action ra ON ra.id = r.action,
           policy p JOIN action pa ON pa.id = p.action,
           action c JOIN workflow_definition w ON w.id = c.workflow_def
          WHERE a.ref = 'shop.ship' AND c.ref = 'shop.fulfil' AND r.ref = 'shop.ship_orders'`,
      );
      assert.deepEqual(linked, {
        runtime: 'core.python',
        sensor_runtime: 'core.python',
        sensor_trigger: 'shop.ordered',
        rule_action: 'shop.ship',
        policy_action: 'shop.ship',
        workflow: 'shop.fulfil',
      });
    });

    it('plans nothing and writes nothing after an apply', async () => {
      await using fleet = await createFleet({ like });
      await installed(fleet);
      const plan = await fleet.plan();
      assert.deepEqual([plan.changes, plan.overrides, plan.unchanged], [[], [], ['core', 'shop']]);
      const writes = async () => {
        const [row] = await fleet.sql(
          `SELECT pg_current_wal_insert_lsn()::text AS wal, (SELECT sum(last_value)::text FROM pg_sequences) AS sequences`,
        );
        return row;
      };
      // The log belongs to the whole server, and other tests write to it: one pass without a word in it is proof.
      const passes: boolean[] = [];
      while (!passes.includes(true) && passes.length < 100) {
        const before = await writes();
        const { result } = await fleet.apply();
        passes.push(isDeepStrictEqual(await writes(), before));
        assert.deepEqual([result.outcome, result.run], ['unchanged', null]);
      }
      assert.ok(passes.includes(true), 'a pass that writes nothing');
    });

    it('reinstalls in place: ids, ad-hoc rules, switches, keys and assignments stay', async () => {
      await using fleet = await createFleet({ like });
      await installed(fleet);
      const before = await idsOf(fleet, 'shop');
      await fleet.sql(`UPDATE rule SET enabled = FALSE WHERE ref = 'shop.ship_orders'`);
      await fleet.sql(
        `INSERT INTO rule (ref, pack, pack_ref, label, description, action, action_ref, trigger, trigger_ref, enabled, is_adhoc)
         SELECT 'shop.mine', p.id, 'shop', 'Mine', '', a.id, a.ref, t.id, t.ref, TRUE, TRUE
           FROM pack p, action a, trigger t WHERE p.ref = 'shop' AND a.ref = 'shop.ship' AND t.ref = 'shop.ordered'`,
      );
      await fleet.sql(
        `INSERT INTO key (ref, owner_type, owner_action, owner_action_ref, name, encrypted, value)
         SELECT 'shop.ship_key', 'action', id, ref, 'k', FALSE, 'v' FROM action WHERE ref = 'shop.ship'`,
      );
      await fleet.sql(`INSERT INTO identity (login) VALUES ('ada')`);
      await fleet.sql(
        `INSERT INTO permission_assignment (identity, permset)
         SELECT i.id, s.id FROM identity i, permission_set s WHERE i.login = 'ada' AND s.ref = 'shop.clerk'`,
      );
      await fleet.writePack(
        'shop',
        { 'actions/ship.yaml': 'ref: shop.ship\nlabel: Ship it\nrunner_type: python\nentry_point: ship.py\n' },
        { version: '1.1.0' },
      );
      const { plan, result } = await fleet.apply();
      assert.equal(result.outcome, 'applied');
      assert.deepEqual(
        plan.changes.map(({ action, reason }) => [action, reason.code]),
        [['reinstall', 'version-changed']],
      );
      const after = await idsOf(fleet, 'shop');
      assert.deepEqual(
        after.filter((row) => !row.includes('shop.mine')),
        before,
      );
      const [kept] = await fleet.sql(
        `SELECT (SELECT label FROM action WHERE ref = 'shop.ship') AS label,
                (SELECT enabled FROM rule WHERE ref = 'shop.ship_orders') AS switch,
                (SELECT action IS NOT NULL AND is_adhoc FROM rule WHERE ref = 'shop.mine') AS adhoc,
                (SELECT count(*)::int FROM key) AS keys, (SELECT count(*)::int FROM permission_assignment) AS roles`,
      );
      assert.deepEqual(kept, { label: 'Ship it', switch: false, adhoc: true, keys: 1, roles: 1 });
      const next = await fleet.plan();
      assert.deepEqual([next.changes, next.overrides], [[], []]);
    });

    it('deletes what left the pack, preserves what hung on it, and restores that when the ref returns', async () => {
      await using fleet = await createFleet({ like });
      await installed(fleet);
      await fleet.sql(
        `INSERT INTO key (ref, owner_type, owner_action, owner_action_ref, name, encrypted, value)
         SELECT 'shop.ship_key', 'action', id, ref, 'k', FALSE, 'v' FROM action WHERE ref = 'shop.fulfil'`,
      );
      await fleet.sql(
        `INSERT INTO execution (action, action_ref, workflow_def, status)
         SELECT a.id, a.ref, a.workflow_def, 'completed' FROM action a WHERE a.ref = 'shop.fulfil'`,
      );
      await fleet.writePack('shop', { 'workflows/fulfil.yaml': null }, { version: '1.1.0' });
      const first = await fleet.apply();
      assert.deepEqual(
        first.result.packs.flatMap(({ problems }) => problems),
        [],
      );
      const [gone] = await fleet.sql(
        `SELECT (SELECT count(*)::int FROM action WHERE ref = 'shop.fulfil') AS actions,
                (SELECT count(*)::int FROM execution WHERE action_ref = 'shop.fulfil') AS history,
                (SELECT count(*)::int FROM attune_sync.preserved WHERE restored IS NULL AND kind = 'key') AS preserved`,
      );
      assert.deepEqual(gone, { actions: 0, history: 1, preserved: 1 });
      await fleet.writePack('shop', { 'workflows/fulfil.yaml': shopFiles['workflows/fulfil.yaml'] ?? '' });
      await fleet.apply();
      const [back] = await fleet.sql(
        `SELECT k.value, a.ref FROM key k JOIN action a ON a.id = k.owner_action WHERE k.ref = 'shop.ship_key'`,
      );
      assert.deepEqual(back, { value: 'v', ref: 'shop.fulfil' });
    });

    it('relinks an orphaned rule of any pack when what it names returns', async () => {
      await using fleet = await createFleet({ like });
      await installed(fleet);
      await fleet.writePack('alerts', {
        'rules/timer.yaml': 'ref: alerts.timer\nlabel: Timer\ntrigger_ref: core.timer\naction_ref: shop.notify\n',
      });
      const { plan } = await fleet.apply();
      assert.equal(plan.changes.find(({ ref }) => ref === 'alerts')?.orphans.length, 1);
      await fleet.writePack('shop', {
        'actions/notify.yaml': 'ref: shop.notify\nrunner_type: shell\nentry_point: notify.sh\n',
        'actions/notify.sh': 'true\n',
      });
      await fleet.apply();
      const [rule] = await fleet.sql(
        `SELECT a.ref FROM rule r JOIN action a ON a.id = r.action WHERE r.ref = 'alerts.timer'`,
      );
      assert.deepEqual(rule, { ref: 'shop.notify' });
      assert.deepEqual((await fleet.plan()).changes, []);
    });
  });
}

describe('the pack store', () => {
  it('serves a pack through both links, and the installation metadata says where it came from', async () => {
    await using fleet = await createFleet();
    await installed(fleet);
    const store = fleet.context.config.packStore.directory;
    assert.equal(await readlink(join(store, 'shop')), await readlink(join(store, 'shop-1.0.0')));
    const [row] = await fleet.sql<Record<string, string>>(
      `SELECT p.source_type, p.source_url, p.checksum, p.storage_path, p.installation_method, i.login
         FROM pack p JOIN identity i ON i.id = p.installed_by WHERE p.ref = 'shop'`,
    );
    assert.equal(row?.storage_path, join(store, 'shop'));
    assert.match(await realpath(row.storage_path), new RegExp(`1\\.0\\.0-${row.checksum?.slice(0, 12)}$`));
    assert.deepEqual(
      [row.source_type, row.source_url, row.installation_method, row.login],
      ['local_directory', join(fleet.directory, 'packs/shop'), 'sync', 'attune-sync'],
    );
  });
});
