import assert from 'node:assert/strict';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import pg from 'pg';
import { allIds, endState } from '../support/end-state.ts';
import { coreFiles, shopFiles } from '../support/example-packs.ts';
import { createFleet, type Fleet } from '../support/fleet.ts';
import { setLatch } from '../support/latch.ts';

async function installed(fleet: Fleet): Promise<void> {
  await fleet.writePack('core', coreFiles);
  await fleet.writePack('shop', shopFiles);
  assert.equal((await fleet.apply()).result.outcome, 'applied');
}

async function assertSettled(fleet: Fleet): Promise<void> {
  const plan = await fleet.plan();
  assert.deepEqual([plan.changes, plan.overrides], [[], []]);
}

/** Applies, and does something else when the pack's own row is about to be written. */
async function applyAnd(fleet: Fleet, meanwhile: () => Promise<void>) {
  const latch = await setLatch(fleet, { table: 'attune.pack', on: 'UPDATE', when: `NEW.ref = 'shop'` });
  const applying = fleet.apply();
  await latch.reached();
  await meanwhile();
  await latch.open();
  return (await applying).result;
}

const ship = 'ref: shop.ship\nlabel: Ship it\nrunner_type: python\nentry_point: ship.py\n';

// Together: one of them waits ten seconds for a row.
describe('what changes between the plan and the write', { concurrency: true }, () => {
  it('a row that goes fails the pack, writes nothing of it, and the next run makes it good', async () => {
    await using fleet = await createFleet();
    await installed(fleet);
    await fleet.writePack('shop', { 'actions/ship.yaml': ship }, { version: '2.0.0' });
    const result = await applyAnd(fleet, async () => {
      await fleet.sql(`DELETE FROM action WHERE ref = 'shop.ship'`);
    });
    const [shop] = result.packs;
    assert.deepEqual(
      [shop?.outcome, shop?.retry, shop?.problems.map(({ code }) => code)],
      ['failed', true, ['changed-meanwhile']],
    );
    assert.deepEqual(await fleet.sql(`SELECT version FROM pack WHERE ref = 'shop'`), [{ version: '1.0.0' }]);
    assert.equal((await fleet.apply()).result.outcome, 'applied');
    await fleet.apply();
    await assertSettled(fleet);
  });

  it('an ad-hoc row that takes a ref fails the pack, and stays as its owner made it', async () => {
    await using fleet = await createFleet();
    await installed(fleet);
    const fresh = 'ref: shop.fresh\nlabel: Fresh\nrunner_type: python\nentry_point: ship.py\n';
    await fleet.writePack('shop', { 'actions/fresh.yaml': fresh }, { version: '2.0.0' });
    const result = await applyAnd(fleet, async () => {
      await fleet.sql(
        `INSERT INTO action (ref, pack, pack_ref, label, description, entrypoint, is_adhoc)
         SELECT 'shop.fresh', id, ref, 'By hand', '', 'x.sh', TRUE FROM pack WHERE ref = 'shop'`,
      );
    });
    assert.deepEqual(
      result.packs.map(({ outcome, problems }) => [outcome, problems.map(({ code }) => code)]),
      [['failed', ['database-constraint']]],
    );
    const next = await fleet.apply();
    assert.deepEqual(
      next.plan.changes.map((change) => change.blocks.map(({ code }) => code)),
      [['adhoc-component']],
    );
    assert.deepEqual(await fleet.sql(`SELECT label FROM action WHERE ref = 'shop.fresh'`), [{ label: 'By hand' }]);
  });

  it('a switch and a config key that a person sets are kept', async () => {
    await using fleet = await createFleet();
    await installed(fleet);
    await fleet.writePack('shop', { 'actions/ship.yaml': ship }, { version: '2.0.0', document: 'config: { a: 1 }\n' });
    const result = await applyAnd(fleet, async () => {
      await fleet.sql(`UPDATE rule SET enabled = FALSE WHERE ref = 'shop.ship_orders'`);
    });
    assert.equal(result.outcome, 'applied');
    await fleet.apply();
    assert.deepEqual(await fleet.sql(`SELECT enabled FROM rule WHERE ref = 'shop.ship_orders'`), [{ enabled: false }]);
    await assertSettled(fleet);
  });

  it('a row that somebody holds locked fails that pack with a reason, others go on, and it is tried again', async () => {
    await using fleet = await createFleet();
    await installed(fleet);
    await fleet.writePack('shop', { 'actions/ship.yaml': ship }, { version: '2.0.0' });
    await fleet.writePack('tail', {}, { pack: 'dependencies: [core]\n' });
    const person = new pg.Client(fleet.context.database.connection);
    await person.connect();
    try {
      await person.query('BEGIN');
      await person.query(`UPDATE attune.action SET label = 'editing' WHERE ref = 'shop.ship'`);
      const { result } = await fleet.apply();
      assert.deepEqual(
        result.packs.map(({ ref, outcome, retry, problems }) => [
          ref,
          outcome,
          retry,
          problems.map(({ code }) => code),
        ]),
        [
          ['shop', 'failed', true, ['database-busy']],
          ['tail', 'applied', false, []],
        ],
      );
      await person.query('ROLLBACK');
    } finally {
      await person.end();
    }
    assert.equal((await fleet.apply()).result.outcome, 'applied');
    await assertSettled(fleet);
  });
});

/** What is recorded, with the ids its rows have. */
async function inventory(fleet: Fleet): Promise<unknown> {
  return fleet.sql('SELECT kind, ref, pack, id, names, enabled FROM attune_sync.component ORDER BY kind, ref');
}

describe('what this tool remembers', () => {
  for (const [name, sql] of [
    ['of one component', `DELETE FROM attune_sync.component WHERE ref = 'shop.ship'`],
    ['of all components', 'DELETE FROM attune_sync.component'],
    ['of a pack', `DELETE FROM attune_sync.pack WHERE ref = 'shop'`],
    ['of everything it did', 'TRUNCATE attune_sync.run, attune_sync.run_change'],
    ['as the key of its digests', `UPDATE attune_sync.settings SET value = 'ff' WHERE key = 'secret_key'`],
    ['with ids of another database', 'UPDATE attune_sync.component SET id = id + 1000'],
  ] as const) {
    it(`${name} can be lost: nothing is deleted or made twice, and the next reinstall knows all again`, async () => {
      await using fleet = await createFleet();
      await fleet.writePack('core', coreFiles);
      await fleet.writePack('shop', shopFiles, { document: 'config: { password: canary, a: 1 }\n' });
      await fleet.apply();
      const [before, ids] = [await endState(fleet), await allIds(fleet)];
      const known = await inventory(fleet);
      await fleet.sql(sql);
      const { result } = await fleet.apply();
      assert.ok(result.outcome === 'applied' || result.outcome === 'unchanged', JSON.stringify(result.packs));
      await fleet.apply();
      await assertSettled(fleet);
      assert.deepEqual(await allIds(fleet), ids);
      const rows = async () => (await endState(fleet)).rows.filter((row) => !row.startsWith('inventory'));
      assert.deepEqual(
        await rows(),
        before.rows.filter((row) => !row.startsWith('inventory')),
      );
      await fleet.writePack('core', {}, { version: '2.0.0' });
      await fleet.writePack('shop', {}, { version: '2.0.0', document: 'config: { password: canary, a: 1 }\n' });
      assert.equal((await fleet.apply()).result.outcome, 'applied');
      assert.deepEqual(await allIds(fleet), ids);
      assert.deepEqual(await inventory(fleet), known);
      await assertSettled(fleet);
    });
  }

  it('on disk of contents can be rubbish: they are read again', async () => {
    await using fleet = await createFleet();
    await installed(fleet);
    const contents = join(fleet.directory, 'state/contents');
    const rubbish = ['', '{', '{"formatVersion":1}', 'null', '[]', '{"formatVersion":1,"key":"x","value":{}}'];
    for (const text of rubbish) {
      for (const name of await readdir(contents)) await writeFile(join(contents, name), text);
      const plan = await fleet.plan();
      assert.deepEqual([plan.changes, plan.problems], [[], []], text);
    }
  });
});
