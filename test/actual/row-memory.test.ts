import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Actual } from '../../src/actual/actual.ts';
import { look } from '../../src/look.ts';
import { createLookMemory, type LookMemory } from '../../src/look-quiet.ts';
import { reconcile } from '../../src/reconcile.ts';
import { coreFiles, shopFiles } from '../support/example-packs.ts';
import { createFleet, type Fleet } from '../support/fleet.ts';

async function installed(like: 'ours' | 'attune'): Promise<Fleet> {
  const fleet = await createFleet({ like });
  await fleet.writePack('core', coreFiles);
  await fleet.writePack('shop', shopFiles);
  await fleet.apply();
  return fleet;
}

/** What is read with a memory must be what is read without one. */
async function readBoth(fleet: Fleet, memory: LookMemory): Promise<Actual> {
  const remembering = await look(fleet.context, { memory });
  const fresh = await look(fleet.context);
  assert.deepEqual(rowsOf(remembering.actual), rowsOf(fresh.actual));
  assert.deepEqual(remembering.plan, fresh.plan);
  return remembering.actual;
}

function rowsOf({ packs, components, recorded, runtimes, overrides, preserved }: Actual) {
  return { packs, components, recorded, runtimes, overrides, preserved };
}

/** What people, Attune and other tools do to rows behind a daemon's back. */
const edits: readonly (readonly [what: string, sql: string])[] = [
  ['edits a column', `UPDATE action SET label = 'Mine' WHERE ref = 'shop.ship'`],
  ['edits a column again', `UPDATE action SET label = 'Yours' WHERE ref = 'shop.ship'`],
  ['writes a row as it is', `UPDATE action SET label = label WHERE ref = 'shop.ship'`],
  ['switches a rule', `UPDATE rule SET enabled = NOT enabled WHERE ref = 'shop.ship_orders'`],
  ['cuts a link', `UPDATE rule SET action = NULL WHERE ref = 'shop.ship_orders'`],
  ['names a runtime version otherwise', `UPDATE runtime_version SET version = '3.13' WHERE version = '3.12'`],
  ['deletes a policy', `DELETE FROM policy WHERE ref = 'shop.one'`],
  [
    'makes a trigger',
    `INSERT INTO trigger (ref, pack, pack_ref, label, is_adhoc)
     SELECT 'shop.mine', id, ref, 'Mine', TRUE FROM pack WHERE ref = 'shop'`,
  ],
  [
    'makes one as it was',
    `WITH gone AS (DELETE FROM trigger WHERE ref = 'shop.mine' RETURNING *)
     INSERT INTO trigger (ref, pack, pack_ref, label, is_adhoc) SELECT ref, pack, pack_ref, 'Else', TRUE FROM gone`,
  ],
  ['sets config', `UPDATE pack SET config = '{"mine": 1}' WHERE ref = 'shop'`],
  ['edits what is recorded', `UPDATE attune_sync.component SET enabled = NOT enabled WHERE ref = 'shop.ship_orders'`],
  ['forgets what is recorded', `DELETE FROM attune_sync.component WHERE ref = 'shop.clerk'`],
  ['has rows from another reading', `UPDATE attune_sync.pack SET reader = 0 WHERE ref = 'shop'`],
  ['gives a pack to another', `UPDATE attune_sync.pack SET manager = 'other' WHERE ref = 'core'`],
  ['takes it back', `UPDATE attune_sync.pack SET manager = 'test' WHERE ref = 'core'`],
  ['deletes a pack', `DELETE FROM rule WHERE pack_ref = 'shop'; DELETE FROM pack WHERE ref = 'shop'`],
];

for (const like of ['ours', 'attune'] as const) {
  describe(`a memory of rows, in a database ${like === 'ours' ? 'of our own' : 'that Attune made'},`, () => {
    it('gives what reading all of them gives, whatever somebody writes', async (t) => {
      await using fleet = await installed(like);
      const memory = createLookMemory();
      await readBoth(fleet, memory);
      for (const [what, sql] of edits) {
        // An older Attune has none.
        if (sql.includes('runtime_version') && like === 'attune') continue;
        await fleet.sql(sql);
        await t.test(what, async () => void (await readBoth(fleet, memory)));
      }
    });

    it('reads nothing again that nobody wrote to, and only the kinds of which somebody wrote rows', async () => {
      await using fleet = await installed(like);
      const memory = createLookMemory();
      const first = await readBoth(fleet, memory);
      assert.equal((await readBoth(fleet, memory)).components, first.components);
      await fleet.sql(`UPDATE action SET label = 'Mine' WHERE ref = 'shop.ship'`);
      const second = await readBoth(fleet, memory);
      const kept = [...second.components].filter(([kind, rows]) => first.components.get(kind) === rows);
      assert.deepEqual(
        [...second.components.keys()].filter((kind) => !kept.some(([name]) => name === kind)),
        ['action'],
      );
      const recorded = (actual: Actual) => actual.packs.get('core')?.recorded?.components;
      assert.equal(recorded(second), recorded(first));
    });

    it('serves runs that write, and writes nothing itself', async () => {
      await using fleet = await installed(like);
      const memory = createLookMemory();
      const run = () => reconcile(fleet.context, { cause: 'daemon', who: 'test@here', lockTimeoutMs: 5000, memory });
      await run();
      await fleet.writePack('shop', {
        ...shopFiles,
        'actions/pack.yaml': 'ref: shop.pack\nlabel: Pack it\nrunner_type: shell\nentry_point: ship.py\n',
      });
      await fleet.sql(`UPDATE trigger SET label = 'Mine' WHERE ref = 'core.timer'`);
      assert.equal((await run()).result?.outcome, 'applied');
      const { plan, result } = await run();
      assert.deepEqual([plan.changes, result?.outcome, result?.run], [[], 'unchanged', null]);
      await readBoth(fleet, memory);
    });
  });
}

it('a memory keeps nothing of a server that was another', async () => {
  await using fleet = await installed('ours');
  const memory = createLookMemory();
  const first = await readBoth(fleet, memory);
  const { rows } = memory;
  assert.ok(rows !== null);
  Object.assign(memory, { rows: { ...rows, name: 'another', versions: new Map() }, quiet: null });
  const second = await readBoth(fleet, memory);
  assert.notEqual(second.components.get('action'), first.components.get('action'));
});
