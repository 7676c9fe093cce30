import assert from 'node:assert/strict';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { reconcile } from '../../src/reconcile.ts';
import { writeConfig } from '../support/cli-child.ts';
import { runInside } from '../support/cli-inside.ts';
import { allIds, endState } from '../support/end-state.ts';
import { coreFiles, shopFiles } from '../support/example-packs.ts';
import { createFleet, type Fleet } from '../support/fleet.ts';

async function installed(fleet: Fleet): Promise<void> {
  await fleet.writePack('core', coreFiles);
  await fleet.writePack('shop', shopFiles);
  const { result } = await fleet.apply();
  assert.equal(result.outcome, 'applied', JSON.stringify(result.packs));
}

function force(fleet: Fleet, ...reinstall: readonly string[]) {
  return reconcile(fleet.context, { cause: 'apply', who: 'test@here', lockTimeoutMs: 20_000, reinstall });
}

/** Rows that were written since they were made. */
function written(fleet: Fleet, pack: string) {
  const tables = ['runtime', 'trigger', 'permission_set', 'workflow_definition', 'action', 'sensor', 'policy', 'rule'];
  return fleet.sql<{ rows: number; written: number }>(
    `SELECT count(*)::int AS rows, count(*) FILTER (WHERE updated > created)::int AS written FROM (${tables
      .map((table) => `SELECT pack_ref, created, updated FROM ${table}`)
      .join(' UNION ALL ')}) t WHERE pack_ref = ?`,
    [pack],
  );
}

for (const like of ['ours', 'attune'] as const) {
  describe(`a pack that is asked for, in a database ${like === 'ours' ? 'of our own' : 'that Attune made'}`, () => {
    it('is written again whole, with the same ids and what people set, and leaves the others', async () => {
      await using fleet = await createFleet({ like });
      await installed(fleet);
      await fleet.sql(`UPDATE rule SET enabled = FALSE WHERE ref = 'shop.ship_orders'`);
      await fleet.apply();
      const [before, ids] = [await endState(fleet), await allIds(fleet)];
      const { plan, result } = await force(fleet, 'shop');
      assert.deepEqual(
        plan.changes.map(({ ref, action, reason }) => [ref, action, reason.code, reason.sentence]),
        [['shop', 'reinstall', 'forced', 'asked for']],
      );
      assert.equal(result?.outcome, 'applied');
      const [shop] = await written(fleet, 'shop');
      assert.deepEqual(shop, { rows: 8, written: 8 });
      assert.deepEqual(await written(fleet, 'core'), [{ rows: 4, written: 0 }]);
      assert.deepEqual(await endState(fleet), before);
      assert.deepEqual(await allIds(fleet), ids);
      assert.deepEqual((await fleet.plan()).changes, []);
    });

    it('has its published files mended', async () => {
      await using fleet = await createFleet({ like });
      await installed(fleet);
      const file = join(fleet.context.config.packStore.directory, 'shop', 'actions', 'ship.py');
      await chmod(file, 0o644);
      await writeFile(file, 'print("changed")\n');
      await force(fleet, 'shop');
      assert.equal(await readFile(file, 'utf8'), shopFiles['actions/ship.py']);
    });
  });
}

describe('plan and apply --reinstall', () => {
  it('show it, do it, and refuse what is not installed', async () => {
    await using fleet = await createFleet();
    await installed(fleet);
    await writeConfig(fleet);
    const shown = await runInside(fleet, ['plan', '--reinstall', 'shop', 'core']);
    assert.match(shown.out, /~ +shop +reinstall .*asked for/);
    assert.match(shown.out, /~ 2 actions +fulfil, ship/);
    assert.match(shown.out, /Plan: 2 to reinstall\.|Plan: 2 to reinstall, /);
    const done = await runInside(fleet, ['apply', '--yes', '--reinstall', 'shop']);
    assert.equal(done.code, 0, done.err);
    const refused = await runInside(fleet, ['apply', '--yes', '--reinstall', 'shopp']);
    assert.equal(refused.code, 1);
    assert.match(refused.err, /The pack shopp cannot be reinstalled: it is not installed/);
  });
});
