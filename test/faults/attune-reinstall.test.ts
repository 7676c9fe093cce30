import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { reinstallAsAttune } from '../support/attune-reinstall.ts';
import { endState } from '../support/end-state.ts';
import { coreFiles, shopFiles } from '../support/example-packs.ts';
import { createFleet, type Fleet, type FleetOptions } from '../support/fleet.ts';

const pack = `conf_schema:
  url: { type: string, default: "https://default" }
  token: { type: string, default: none, secret: true }
  limit: { type: integer, default: 3 }
`;

/** Two packs in which a person switched and set things, and added a rule. */
async function touched(options: FleetOptions): Promise<Fleet> {
  const fleet = await createFleet(options);
  await fleet.writePack('core', coreFiles);
  await fleet.writePack('shop', shopFiles, { pack, document: 'config: { limit: 5 }\n' });
  assert.equal((await fleet.apply()).result.outcome, 'applied');
  await fleet.sql(`UPDATE rule SET enabled = FALSE WHERE ref = 'shop.ship_orders'`);
  await fleet.sql(`UPDATE trigger SET enabled = FALSE WHERE ref = 'shop.ordered'`);
  await fleet.sql(
    `UPDATE pack SET config = config || '{"url": "https://theirs", "token": "t0p", "note": {"mine": true}}' WHERE ref = 'shop'`,
  );
  await fleet.sql(
    `INSERT INTO rule (ref, pack, pack_ref, label, description, action, action_ref, trigger, trigger_ref, enabled, is_adhoc)
     SELECT 'shop.mine', p.id, p.ref, 'Mine', '', a.id, a.ref, t.id, t.ref, TRUE, TRUE
       FROM pack p, action a, trigger t WHERE p.ref = 'shop' AND a.ref = 'shop.ship' AND t.ref = 'shop.ordered'`,
  );
  await fleet.apply();
  return fleet;
}

for (const like of ['ours', 'attune'] as const) {
  describe(`a pack that Attune made anew, in a database ${like === 'ours' ? 'of our own' : 'that Attune made'}`, () => {
    it('is repaired: its config, switches, rules, policies and workflows are as they were', async () => {
      await using fleet = await touched({ like });
      const before = await endState(fleet);
      await reinstallAsAttune(fleet, 'shop');
      const { plan, result } = await fleet.apply();
      assert.deepEqual(
        plan.changes.map(({ ref, action, reason, blocks }) => [ref, action, reason.code, blocks]),
        [['shop', 'repair', 'row-drifted', []]],
      );
      const [change] = plan.changes;
      assert.deepEqual(
        change?.pack.fields.filter(({ field }) => field.startsWith('config.')).map(({ field }) => field),
        ['config.limit', 'config.note', 'config.token', 'config.url'],
      );
      assert.doesNotMatch(JSON.stringify(plan), /t0p|mine": ?true/);
      assert.equal(result.outcome, 'applied', JSON.stringify(result.packs));
      assert.deepEqual(await fleet.sql(`SELECT config FROM pack WHERE ref = 'shop'`), [
        { config: { url: 'https://theirs', token: 't0p', note: { mine: true }, limit: 5 } },
      ]);
      const after = await endState(fleet);
      assert.deepEqual(after.rows, before.rows);
      assert.deepEqual(after.store, before.store);
      const next = await fleet.plan();
      assert.deepEqual([next.changes, next.overrides], [[], []]);
    });

    it('and made anew once more is repaired once more', async () => {
      await using fleet = await touched({ like });
      const before = await endState(fleet);
      for (let times = 0; times < 2; times++) {
        await reinstallAsAttune(fleet, 'shop');
        await fleet.apply();
        assert.deepEqual((await endState(fleet)).rows, before.rows);
      }
    });

    it('is only listed with drift: report, and what people had set is not forgotten', async () => {
      await using fleet = await touched({ like, sync: { drift: 'report' } });
      const overrides = await fleet.sql('SELECT kind, ref, field, plain FROM attune_sync.override ORDER BY 1, 2, 3');
      await reinstallAsAttune(fleet, 'shop');
      const { plan } = await fleet.apply();
      assert.deepEqual(
        plan.notes.filter(({ code }) => code === 'drifted').map(({ rows }) => rows.includes('pack shop')),
        [true],
      );
      assert.deepEqual(await fleet.sql(`SELECT config FROM pack WHERE ref = 'shop'`), [{ config: {} }]);
      assert.deepEqual(
        await fleet.sql('SELECT kind, ref, field, plain FROM attune_sync.override ORDER BY 1, 2, 3'),
        overrides,
      );
    });

    it('or deleted, is installed again with what people had set', async () => {
      await using fleet = await touched({ like });
      await fleet.sql(`DELETE FROM pack WHERE ref = 'shop'`);
      await fleet.apply();
      assert.deepEqual(await fleet.sql(`SELECT config FROM pack WHERE ref = 'shop'`), [
        { config: { url: 'https://theirs', token: 't0p', note: { mine: true }, limit: 5 } },
      ]);
      assert.deepEqual(
        await fleet.sql(`SELECT r.enabled AS rule, t.enabled AS trigger FROM rule r, trigger t
          WHERE r.ref = 'shop.ship_orders' AND t.ref = 'shop.ordered'`),
        [{ rule: false, trigger: false }],
      );
      const next = await fleet.plan();
      assert.deepEqual([next.changes, next.overrides], [[], []]);
    });
  });
}
