import assert from 'node:assert/strict';
import { it } from 'node:test';
import { removePack } from '../../src/apply/remove-pack.ts';
import { withWriter } from '../../src/database/writer-lock.ts';
import type { PackChange } from '../../src/plan/plan.ts';
import { coreFiles, shopFiles } from '../support/example-packs.ts';
import { createFleet, type Fleet } from '../support/fleet.ts';
import { makePeoplesThings, peoplesThings } from '../support/peoples-things.ts';

/** Shop is to be removed, by a plan that was made a moment ago. */
async function planned(): Promise<{ fleet: Fleet; change: PackChange }> {
  const fleet = await createFleet();
  await fleet.writePack('core', coreFiles);
  await fleet.writePack('shop', shopFiles);
  await fleet.apply();
  await fleet.write({ 'desired/shop.yaml': null });
  const [change] = (await fleet.plan()).changes;
  assert.equal(change?.action, 'remove');
  return { fleet, change };
}

function remove(fleet: Fleet, change: PackChange, drainMs: number | null = null, fail = false): Promise<void> {
  const lock = { holder: 'test', timeoutMs: 5000, signal: new AbortController().signal };
  return withWriter(fleet.context.database, lock, (writer) =>
    removePack(writer, { change, missing: [], drainMs }, async () => {
      if (fail) throw new Error('cut off');
    }),
  );
}

const state = async (fleet: Fleet) => [
  await fleet.sql('SELECT id, ref FROM action ORDER BY 1'),
  await fleet.sql('SELECT ref FROM attune_sync.pack ORDER BY 1'),
  await fleet.sql('SELECT count(*)::int AS rows FROM attune_sync.preserved'),
];

it('what a person hung on the pack after it was planned is found under the lock, and nothing is written', async () => {
  const { fleet, change } = await planned();
  await using _ = fleet;
  const before = await state(fleet);
  await fleet.sql(
    `INSERT INTO sensor (ref, pack, pack_ref, label, description, entrypoint, runtime, runtime_ref, trigger, trigger_ref, enabled)
     SELECT 'core.new', p.id, 'core', 'New', '', 'x.py', r.id, r.ref, t.id, t.ref, TRUE
       FROM pack p, runtime r, trigger t WHERE p.ref = 'core' AND r.ref = 'core.python' AND t.ref = 'shop.ordered'`,
  );
  await assert.rejects(remove(fleet, change), { code: 'in-use', retry: 'soon' });
  assert.deepEqual(await state(fleet), before);
});

it('an execution that began after it was planned holds it up, unless it is older than drain allows', async () => {
  const { fleet, change } = await planned();
  await using _ = fleet;
  await fleet.sql(
    `INSERT INTO execution (action, action_ref, status, created) SELECT id, ref, 'running', now() - interval '2 hours' FROM action WHERE ref = 'shop.ship'`,
  );
  const before = await state(fleet);
  await assert.rejects(remove(fleet, change), { code: 'draining', retry: 'soon' });
  await assert.rejects(remove(fleet, change, 3 * 3_600_000), { code: 'draining' });
  assert.deepEqual(await state(fleet), before);
  await remove(fleet, change, 3_600_000);
  assert.deepEqual(await fleet.sql('SELECT action, action_ref, status FROM execution'), [
    { action: null, action_ref: 'shop.ship', status: 'running' },
  ]);
});

it('a pack that was made anew since it was planned is not touched', async () => {
  const { fleet, change } = await planned();
  await using _ = fleet;
  await fleet.sql(`DELETE FROM pack WHERE ref = 'shop'`);
  await fleet.sql(`INSERT INTO pack (ref, label, version) VALUES ('shop', 'Shop', '3.0.0')`);
  await assert.rejects(remove(fleet, change), { code: 'changed-meanwhile', retry: 'soon' });
  assert.deepEqual(await fleet.sql(`SELECT version FROM pack WHERE ref = 'shop'`), [{ version: '3.0.0' }]);
});

it('what is cut off at its end leaves everything as it was', async () => {
  const { fleet, change } = await planned();
  await using _ = fleet;
  await makePeoplesThings(fleet);
  const before = [await state(fleet), await peoplesThings(fleet)];
  await assert.rejects(remove(fleet, change, null, true), /cut off/);
  assert.deepEqual([await state(fleet), await peoplesThings(fleet)], before);
});

it('rows that people made after it was planned are set aside like all others', async () => {
  const { fleet, change } = await planned();
  await using _ = fleet;
  await makePeoplesThings(fleet);
  await remove(fleet, change);
  const rows = await fleet.sql<{ kind: string }>(`SELECT DISTINCT kind FROM attune_sync.preserved ORDER BY 1`);
  assert.deepEqual(
    rows.map(({ kind }) => kind),
    [
      'action',
      'key',
      'pack',
      'pack_test_execution',
      'permission_assignment',
      'permission_set',
      'policy',
      'queue_stats',
      'rule',
      'sensor',
      'settings',
      'trigger',
      'webhook',
      'workflow',
      'workflow_execution',
    ],
  );
});
