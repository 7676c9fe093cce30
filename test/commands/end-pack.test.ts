import assert from 'node:assert/strict';
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { writeConfig } from '../support/cli-child.ts';
import { runInside } from '../support/cli-inside.ts';
import { coreFiles, shopFiles } from '../support/example-packs.ts';
import { createFleet, type Fleet } from '../support/fleet.ts';

async function install(document = ''): Promise<Fleet> {
  const fleet = await createFleet();
  await writeConfig(fleet);
  await fleet.writePack('core', coreFiles);
  await fleet.writePack('shop', shopFiles, { document });
  await fleet.apply();
  return fleet;
}

const managed = (fleet: Fleet) => fleet.sql(`SELECT ref FROM attune_sync.pack ORDER BY 1`);
const installed = (fleet: Fleet) => fleet.sql(`SELECT ref FROM pack ORDER BY 1`);

const verbs = [['pack', 'remove'], ['forget']] as const;

describe('pack remove', () => {
  it('removes a pack that no document names, even where its last one said prune: false', async () => {
    await using fleet = await install('prune: false\n');
    await fleet.write({ 'desired/shop.yaml': null });
    assert.deepEqual((await fleet.apply()).plan.changes, []);
    const asked = await runInside(fleet, ['pack', 'remove', 'shop']);
    assert.match(
      asked.err,
      /no terminal to ask on.*nothing was removed \[cannot-ask\].*`attune-sync pack remove shop --yes`/s,
    );
    const { code, out, err } = await runInside(fleet, ['pack', 'remove', 'shop', '--yes']);
    assert.equal(code, 0, err);
    assert.match(out, /- remove shop 1\.0\.0: a person removes it/);
    assert.match(out, /removed/);
    assert.deepEqual(await installed(fleet), [{ ref: 'core' }]);
    const [run] = await fleet.sql('SELECT cause, targets FROM attune_sync.run ORDER BY id DESC LIMIT 1');
    assert.deepEqual(run, { cause: 'pack remove', targets: ['shop'] });
    assert.deepEqual((await fleet.plan()).changes, []);
  });

  it('is blocked by what uses the pack', async () => {
    await using fleet = await install();
    await fleet.write({ 'desired/core.yaml': null });
    const { code, out } = await runInside(fleet, ['pack', 'remove', 'core', '--yes']);
    assert.equal(code, 3);
    assert.match(out, /in use by action shop\.ship, sensor shop\.orders/);
    assert.deepEqual(await installed(fleet), [{ ref: 'core' }, { ref: 'shop' }]);
  });
});

describe('forget', () => {
  it('leaves a pack installed and manages it no more; a document adopts it again with what people set', async () => {
    await using fleet = await install('prune: false\n');
    await fleet.sql(`UPDATE sensor SET enabled = FALSE WHERE ref = 'shop.orders'`);
    await fleet.write({ 'desired/shop.yaml': null });
    const before = await fleet.sql(`SELECT * FROM action WHERE pack_ref = 'shop' ORDER BY ref`);
    const { code, out, err } = await runInside(fleet, ['forget', 'shop', '--yes']);
    assert.equal(code, 0, err);
    assert.match(out, /= forget shop 1\.0\.0: a person has it forgotten/);
    assert.deepEqual(await managed(fleet), [{ ref: 'core' }]);
    assert.deepEqual(await fleet.sql(`SELECT * FROM action WHERE pack_ref = 'shop' ORDER BY ref`), before);
    assert.ok((await lstat(join(fleet.context.config.packStore.directory, 'shop'))).isSymbolicLink());
    const plan = await fleet.plan();
    assert.deepEqual([plan.changes, plan.unmanaged], [[], ['shop']]);

    await fleet.write({ 'desired/shop.yaml': 'kind: Pack\nref: shop\nsource: { directory: ../packs/shop }\n' });
    const adopted = await fleet.apply();
    assert.deepEqual(
      adopted.result.packs.map(({ action, outcome }) => [action, outcome]),
      [['adopt', 'applied']],
    );
    assert.deepEqual(await fleet.sql(`SELECT enabled FROM sensor WHERE ref = 'shop.orders'`), [{ enabled: false }]);
    assert.deepEqual((await fleet.plan()).changes, []);
  });
});

describe('both', () => {
  it('refuse what is still desired, with the place of the document', async () => {
    await using fleet = await install();
    for (const verb of verbs) {
      const { code, err } = await runInside(fleet, [...verb, 'shop']);
      assert.equal(code, 1);
      assert.match(err, /desired\/shop\.yaml:2:6.*still desired.*\[still-desired\]/s);
    }
    assert.deepEqual(await managed(fleet), [{ ref: 'core' }, { ref: 'shop' }]);
  });

  it('refuse while a document that cannot be read may name the pack', async () => {
    await using fleet = await install();
    await fleet.write({ 'desired/shop.yaml': null, 'desired/broken.yaml': 'kind: Pack\nref: [\n' });
    for (const verb of verbs) {
      const { code, err } = await runInside(fleet, [...verb, 'shop', '--yes']);
      assert.equal(code, 1);
      assert.match(err, /\[absence-unproven\].*broken\.yaml/s);
    }
    assert.deepEqual(await managed(fleet), [{ ref: 'core' }, { ref: 'shop' }]);
  });

  it("refuse packs that are not there, nobody's or another manager's, and say what to do", async () => {
    await using fleet = await install();
    await fleet.write({ 'desired/shop.yaml': null });
    await fleet.sql(`UPDATE attune_sync.pack SET manager = 'staging' WHERE ref = 'shop'`);
    await fleet.sql(`INSERT INTO pack (ref, label, version) VALUES ('found', 'Found', '1.0.0')`);
    for (const verb of verbs) {
      assert.match((await runInside(fleet, [...verb, 'nowhere'])).err, /\[unknown-pack\].*pack list/s);
      assert.match((await runInside(fleet, [...verb, 'found'])).err, /\[unmanaged-pack\]/);
      assert.match(
        (await runInside(fleet, [...verb, 'shop'])).err,
        /belongs to the manager staging.*\[managed-by-another\]/s,
      );
    }
    assert.deepEqual(await installed(fleet), [{ ref: 'core' }, { ref: 'found' }, { ref: 'shop' }]);
  });
});
