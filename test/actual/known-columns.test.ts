import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { look } from '../../src/look.ts';
import { reconcile } from '../../src/reconcile.ts';
import { coreFiles, shopFiles } from '../support/example-packs.ts';
import { createFleet, type Fleet, type FleetOptions } from '../support/fleet.ts';

async function installed(options: FleetOptions): Promise<Fleet> {
  const fleet = await createFleet(options);
  await fleet.writePack('core', coreFiles);
  await fleet.writePack('shop', shopFiles);
  await fleet.apply();
  return fleet;
}

/** The components whose columns were read from their rows, and those whose recorded columns were read. */
async function readWhole(fleet: Fleet): Promise<{ rows: string[]; recorded: string[] }> {
  const { desired, actual } = await look(fleet.context);
  const said = new Map(
    desired.packs.flatMap(({ content }) => content.components.map((one) => [`${one.kind} ${one.ref}`, one.columns])),
  );
  const rows = [...actual.components.values()].flatMap((all) => [...all.values()]);
  const recorded = [...actual.packs.values()].flatMap((pack) => pack.recorded?.components ?? []);
  const differing = (all: readonly { kind: string; ref: string; columns: object }[]) =>
    all
      .filter(({ kind, ref, columns }) => said.get(`${kind} ${ref}`) !== columns)
      .map(({ kind, ref }) => `${kind} ${ref}`)
      .sort();
  return { rows: differing(rows), recorded: differing(recorded) };
}

for (const like of ['ours', 'attune'] as const) {
  describe(`rows that are as they were written, in a database ${like === 'ours' ? 'of our own' : 'that Attune made'},`, () => {
    it('are not read whole, nor is what is recorded of them', async () => {
      await using fleet = await installed({ like });
      assert.deepEqual(await readWhole(fleet), { rows: [], recorded: [] });
    });

    it('are read where somebody edited, deleted or added one, and no other is', async () => {
      await using fleet = await installed({ like });
      await fleet.sql(`UPDATE action SET label = 'Mine' WHERE ref = 'shop.ship'`);
      await fleet.sql(`UPDATE action SET timeout_seconds = 9 WHERE ref = 'core.echo'`);
      await fleet.sql(`DELETE FROM policy WHERE ref = 'shop.one'`);
      await fleet.sql(
        `INSERT INTO trigger (ref, pack, pack_ref, label, is_adhoc) SELECT 'shop.mine', id, ref, 'Mine', TRUE FROM pack WHERE ref = 'shop'`,
      );
      assert.deepEqual(await readWhole(fleet), {
        rows: ['action shop.ship', 'trigger shop.mine'],
        recorded: ['action shop.ship', 'policy shop.one'],
      });
    });

    it('are read where the inventory came from another reading of the files', async () => {
      await using fleet = await installed({ like });
      await fleet.sql(`UPDATE attune_sync.pack SET reader = 0 WHERE ref = 'shop'`);
      const { rows, recorded } = await readWhole(fleet);
      assert.ok(rows.length === 8 && rows.every((row) => row.includes('shop.')), rows.join());
      assert.deepEqual(recorded, rows);
      assert.deepEqual((await fleet.plan()).changes, []);
    });

    it('are read where what is recorded of a column is not even that it is NULL', async () => {
      await using fleet = await installed({ like });
      await fleet.sql(`UPDATE attune_sync.component SET columns = columns - 'description' WHERE ref = 'shop.orders'`);
      await fleet.sql(`UPDATE policy SET tags = ARRAY['mine'] WHERE ref = 'shop.one'`);
      const read = ['policy shop.one', 'sensor shop.orders'];
      assert.deepEqual((await readWhole(fleet)).rows, read);
    });

    it('are known by their values: a copy of the database in another place is compared as cheaply', async () => {
      await using fleet = await installed({ like });
      // A dump that is restored writes every row anew: other places on disk, other transactions.
      await fleet.sql('UPDATE action SET created = created');
      await fleet.sql('UPDATE attune_sync.component SET ref = ref');
      assert.deepEqual(await readWhole(fleet), { rows: [], recorded: [] });
    });
  });
}

describe('content that moves', () => {
  it('is compared with what was really recorded', async () => {
    await using fleet = await installed({});
    await fleet.writePack('shop', { 'actions/ship.py': 'print("anew")\n' }, { version: '2.0.0' });
    const { rows } = await readWhole(fleet);
    assert.equal(rows.length, 8);
    await fleet.apply();
    assert.deepEqual(await readWhole(fleet), { rows: [], recorded: [] });
  });

  it('written again because a person asked for it is known again', async () => {
    await using fleet = await installed({});
    await fleet.sql('UPDATE attune_sync.pack SET reader = NULL');
    const run = { cause: 'apply', who: 'test@here', lockTimeoutMs: 20_000, reinstall: ['shop'] } as const;
    await reconcile(fleet.context, run);
    assert.ok((await readWhole(fleet)).rows.every((row) => row.includes('core.')));
  });
});
