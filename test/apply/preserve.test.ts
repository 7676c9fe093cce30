import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { coreFiles, shopFiles } from '../support/example-packs.ts';
import { createFleet } from '../support/fleet.ts';

for (const like of ['ours', 'attune'] as const) {
  describe(`what hangs on a component, in a database ${like === 'ours' ? 'of our own' : 'that Attune made'}`, () => {
    it('includes the webhook of a trigger: its callers have their key again when the trigger returns', async () => {
      await using fleet = await createFleet({ like });
      const bell = 'ref: door.bell\nlabel: Bell\n';
      await fleet.writePack('door', { 'triggers/bell.yaml': bell, 'triggers/knock.yaml': 'ref: door.knock\n' });
      await fleet.apply();
      await fleet.sql(
        `UPDATE trigger SET webhook_enabled = TRUE, webhook_key = 'wh_1', webhook_config = '{"a": 1}' WHERE ref = 'door.bell'`,
      );
      await fleet.writePack('door', { 'triggers/bell.yaml': null }, { version: '1.1.0' });
      await fleet.apply();
      assert.deepEqual(await fleet.sql(`SELECT ref FROM trigger WHERE ref = 'door.bell'`), []);
      await fleet.writePack('door', { 'triggers/bell.yaml': bell }, { version: '1.2.0' });
      await fleet.apply();
      const [row] = await fleet.sql(
        `SELECT webhook_enabled, webhook_key, webhook_config FROM trigger WHERE ref = 'door.bell'`,
      );
      assert.deepEqual(row, { webhook_enabled: true, webhook_key: 'wh_1', webhook_config: { a: 1 } });
      assert.deepEqual((await fleet.plan()).changes, []);
    });

    it('stays set aside where what it belongs to is gone, without failing the pack', async () => {
      await using fleet = await createFleet({ like });
      await fleet.writePack('core', coreFiles);
      await fleet.writePack('shop', shopFiles);
      await fleet.apply();
      await fleet.sql(`INSERT INTO identity (login) VALUES ('ada'), ('bob')`);
      await fleet.sql(
        `INSERT INTO permission_assignment (identity, permset)
         SELECT i.id, s.id FROM identity i, permission_set s WHERE i.login IN ('ada', 'bob') AND s.ref = 'shop.clerk'`,
      );
      await fleet.writePack('shop', { 'permission_sets/clerk.yaml': null }, { version: '1.1.0' });
      await fleet.apply();
      await fleet.sql(`DELETE FROM identity WHERE login = 'ada'`);
      await fleet.writePack('shop', shopFiles, { version: '1.2.0' });
      const { result } = await fleet.apply();
      assert.equal(result.outcome, 'applied');
      const rows = await fleet.sql(
        `SELECT i.login FROM permission_assignment a JOIN identity i ON i.id = a.identity
           JOIN permission_set s ON s.id = a.permset WHERE s.ref = 'shop.clerk'`,
      );
      assert.deepEqual(rows, [{ login: 'bob' }]);
      const [left] = await fleet.sql(`SELECT count(*)::int AS rows FROM attune_sync.preserved WHERE restored IS NULL`);
      assert.deepEqual(left, { rows: 1 });
    });
  });
}
