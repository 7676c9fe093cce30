import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Plan } from '../../src/plan/plan.ts';
import { installByAttune, nameInDocument, rowVersions } from '../support/attune-install.ts';
import { allIds } from '../support/end-state.ts';
import { coreFiles, shopFiles } from '../support/example-packs.ts';
import { createFleet, type Fleet } from '../support/fleet.ts';

const core = { ref: 'core', files: coreFiles };
const settings = `conf_schema: { host: { type: string, default: localhost }, port: { type: integer, default: 80 }, password: { type: string, secret: true } }\n`;
const shop = { ref: 'shop', files: shopFiles, pack: settings };

async function name(fleet: Fleet, ...refs: readonly string[]): Promise<void> {
  for (const ref of refs) await nameInDocument(fleet, ref);
}

function changeOf(plan: Plan, ref: string) {
  const change = plan.changes.find((one) => one.ref === ref);
  assert.ok(change !== undefined, `${ref} is planned`);
  return change;
}

function overridesOf(fleet: Fleet) {
  return fleet.sql('SELECT kind, ref, field, value FROM attune_sync.override ORDER BY kind, ref, field');
}

for (const like of ['ours', 'attune'] as const) {
  describe(`adopting packs that Attune installed, in a database like ${like}`, () => {
    it('with the same content writes no row but those of the packs, and every id stays', async () => {
      await using fleet = await createFleet({ like });
      await installByAttune(fleet, [core, shop]);
      await fleet.sql(`UPDATE rule SET enabled = FALSE WHERE ref = 'shop.ship_orders'`);
      await fleet.sql(`UPDATE pack SET config = config || '{"host": "shop.example.com"}' WHERE ref = 'shop'`);
      await name(fleet, 'core', 'shop');
      const before = [await allIds(fleet), await rowVersions(fleet)];
      const { plan, result } = await fleet.apply();
      assert.equal(result.outcome, 'applied', JSON.stringify(result.packs));
      for (const ref of ['core', 'shop']) {
        const change = changeOf(plan, ref);
        assert.deepEqual([change.action, change.reason.code], ['adopt', 'installed-by-another']);
        assert.deepEqual(change.pack.fields, []);
        assert.deepEqual([...new Set(change.components.map(({ op }) => op))], ['record']);
        assert.match(change.keeps.map(({ sentence }) => sentence).join(), /moved into the pack store/);
      }
      assert.deepEqual([await allIds(fleet), await rowVersions(fleet)], before);
      assert.deepEqual(await overridesOf(fleet), [
        { kind: 'pack', ref: 'shop', field: 'host', value: 'shop.example.com' },
        { kind: 'rule', ref: 'shop.ship_orders', field: 'enabled', value: false },
      ]);
      assert.deepEqual((await fleet.plan()).changes, []);
      assert.equal((await fleet.apply()).result.run, null);
    });

    it('with other content takes what the files say, and keeps switches, config and what the content has not', async () => {
      await using fleet = await createFleet({ like });
      await installByAttune(fleet, [core, shop]);
      await fleet.sql(`UPDATE sensor SET enabled = FALSE WHERE ref = 'shop.orders'`);
      await fleet.sql(`UPDATE pack SET config = '{"port": 8080, "mine": 1, "password": "hunter2"}' WHERE ref = 'shop'`);
      await fleet.sql(
        `INSERT INTO rule (ref, pack, pack_ref, label, description, action_ref, trigger_ref, enabled, is_adhoc)
         SELECT 'shop.my_rule', id, ref, 'Mine', '', 'shop.ship', 'shop.ordered', TRUE, TRUE FROM pack WHERE ref = 'shop'`,
      );
      await fleet.sql(
        `INSERT INTO action (ref, pack, pack_ref, label, description, entrypoint)
         SELECT 'shop.older', id, ref, 'Older', '', 'older.sh' FROM pack WHERE ref = 'shop'`,
      );
      const ids = await allIds(fleet);
      await fleet.writePack(
        'shop',
        { 'actions/ship.yaml': 'ref: shop.ship\nlabel: Send\nrunner_type: python\nentry_point: ship.py\n' },
        { version: '2.0.0', pack: settings },
      );
      await name(fleet, 'core', 'shop');
      const { plan } = await fleet.apply();
      const change = changeOf(plan, 'shop');
      assert.deepEqual(
        change.pack.fields.map(({ field, before, after }) => [field, before, after]),
        [
          ['version', '1.0.0', '2.0.0'],
          ['config.host', null, 'localhost'],
        ],
      );
      const updated = change.components.filter(({ op }) => op !== 'record');
      assert.deepEqual(
        updated.map(({ op, ref, fields }) => [op, ref, fields.map(({ before, after }) => [before, after])]),
        [['update', 'shop.ship', [['Ship', 'Send']]]],
      );
      const keeps = change.keeps.flatMap(({ rows }) => rows);
      assert.deepEqual(
        ['rule shop.my_rule', 'action shop.older'].filter((row) => !keeps.includes(row)),
        [],
      );
      assert.deepEqual(await allIds(fleet), ids);
      const [pack] = await fleet.sql(`SELECT config FROM pack WHERE ref = 'shop'`);
      assert.deepEqual(pack, { config: { host: 'localhost', port: 8080, mine: 1, password: 'hunter2' } });
      assert.deepEqual(await fleet.sql(`SELECT enabled FROM sensor WHERE ref = 'shop.orders'`), [{ enabled: false }]);
      const overrides = JSON.stringify(await overridesOf(fleet));
      assert.match(overrides, /"field":"port","value":8080/);
      assert.match(overrides, /"ref":"shop.orders","field":"enabled","value":false/);
      assert.doesNotMatch(overrides + JSON.stringify(plan), /hunter2/);
      const recorded = await fleet.sql(
        `SELECT ref FROM attune_sync.component WHERE ref IN ('shop.older', 'shop.my_rule')`,
      );
      assert.deepEqual(recorded, []);

      await fleet.writePack('shop', {}, { version: '3.0.0', pack: settings });
      await fleet.apply();
      assert.deepEqual(await allIds(fleet), ids, 'what is not ours outlives later versions too');
    });

    it('that are half installed, rows without files or files without rows, gives both', async () => {
      await using fleet = await createFleet({ like });
      await installByAttune(fleet, [core, shop, { ref: 'half', files: {} }]);
      await fleet.write({ 'store/shop': null, 'store/half/notes.txt': 'left by a failed install' });
      await fleet.sql(`DELETE FROM pack WHERE ref = 'half'`);
      await name(fleet, 'core', 'shop', 'half');
      const ids = await allIds(fleet);
      const { plan, result } = await fleet.apply();
      assert.equal(result.outcome, 'applied', JSON.stringify(result.packs));
      assert.deepEqual(
        ['shop', 'half'].map((ref) => [changeOf(plan, ref).action, changeOf(plan, ref).keeps.map(({ code }) => code)]),
        [
          ['adopt', []],
          ['install', ['found-directory']],
        ],
      );
      assert.deepEqual(
        (await allIds(fleet)).filter((id) => !id.startsWith('pack half')),
        ids,
      );
      assert.deepEqual((await fleet.plan()).changes, []);
    });
  });
}
