import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { allIds, endState } from '../support/end-state.ts';
import { coreFiles, shopFiles } from '../support/example-packs.ts';
import { createFleet } from '../support/fleet.ts';
import { install, live, reinstallAll, shopConfig } from './scene.ts';

/** Lets the rows of one table be written no more. */
const refuse = (table: string) => `
  CREATE FUNCTION refuse() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION 'refused'; END; $$ LANGUAGE plpgsql;
  CREATE TRIGGER refuse BEFORE INSERT OR UPDATE ON ${table} FOR EACH ROW EXECUTE FUNCTION refuse()`;
const allow = (table: string) => `DROP TRIGGER refuse ON ${table}; DROP FUNCTION refuse()`;

for (const like of ['ours', 'attune'] as const) {
  describe(`a pack is changed whole or not at all, in a database ${like === 'ours' ? 'of our own' : 'that Attune made'}:`, () => {
    it('a reinstall that fails at its last rows leaves rows, ids, links and files as they were', async () => {
      await using fleet = await install(like);
      await live(fleet, like);
      await fleet.apply();
      const [before, ids] = [await endState(fleet), await allIds(fleet)];
      await reinstallAll(fleet);
      await fleet.sql(refuse('rule'));
      const { result } = await fleet.apply();
      const outcomes = Object.fromEntries(result.packs.map(({ ref, outcome }) => [ref, outcome]));
      assert.equal(outcomes.shop, 'failed');
      const shops = (all: readonly string[]) =>
        all.filter((row) => / (shop|"?shop\.)/.test(row) || row.includes('"shop'));
      assert.deepEqual(shops((await endState(fleet)).rows), shops(before.rows));
      assert.deepEqual(await allIds(fleet), ids);
      await fleet.sql(allow('rule'));
      assert.equal((await fleet.apply()).result.outcome, 'applied');
      assert.deepEqual(await allIds(fleet), ids);
    });

    it('an install that fails at its last rows leaves nothing of the pack', async () => {
      await using fleet = await createFleet({ like });
      await fleet.writePack('core', coreFiles);
      await fleet.apply();
      await fleet.writePack('shop', shopFiles, { pack: shopConfig });
      await fleet.sql(refuse('rule'));
      const { result } = await fleet.apply();
      assert.equal(result.outcome, 'failed');
      assert.deepEqual(await fleet.sql(`SELECT ref FROM pack`), [{ ref: 'core' }]);
      assert.deepEqual(await fleet.sql(`SELECT ref FROM action WHERE pack_ref = 'shop'`), []);
      assert.deepEqual(await fleet.sql(`SELECT ref FROM attune_sync.component WHERE pack = 'shop'`), []);
      await fleet.sql(allow('rule'));
      assert.equal((await fleet.apply()).result.outcome, 'applied');
    });

    it('one component that is invalid leaves the pack as it was, and is told with its file', async () => {
      await using fleet = await install(like);
      const [before, ids] = [await endState(fleet), await allIds(fleet)];
      await fleet.writePack(
        'shop',
        { 'actions/ship.yaml': 'ref: shop.ship\nlabel: Anew\nrunner_type: python\nentry_point: gone.py\n' },
        { version: '2.0.0', pack: shopConfig },
      );
      const { plan } = await fleet.apply();
      assert.deepEqual(
        plan.unreadable.map(({ ref, problems }) => [ref, problems.map(({ code }) => code)]),
        [['shop', ['missing-entry-file']]],
      );
      assert.match(JSON.stringify(plan.unreadable), /ship\.yaml/);
      assert.deepEqual((await endState(fleet)).rows, before.rows);
      assert.deepEqual(await allIds(fleet), ids);
    });

    it('two reinstalls at once wait for each other, and the second finds it done', async () => {
      await using fleet = await install(like);
      await live(fleet, like);
      await fleet.apply();
      const ids = await allIds(fleet);
      await reinstallAll(fleet);
      const runs = await Promise.all([fleet.apply(), fleet.apply()]);
      assert.deepEqual(
        runs.map(({ result }) => result.packs.filter(({ outcome }) => outcome === 'applied').length).toSorted(),
        [0, 3],
      );
      assert.deepEqual(await allIds(fleet), ids);
      assert.deepEqual((await fleet.plan()).changes, []);
    });
  });
}
