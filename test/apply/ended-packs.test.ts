import assert from 'node:assert/strict';
import { lstat, mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { coreFiles, shopFiles } from '../support/example-packs.ts';
import { createFleet, type Fleet } from '../support/fleet.ts';

const document = (ref: string, more = '') => `kind: Pack\nref: ${ref}\nsource:\n  directory: ../packs/${ref}\n${more}`;

async function install(): Promise<Fleet> {
  const fleet = await createFleet({ sync: { removalLimit: { count: 9, percent: 100 } } });
  await fleet.writePack('core', coreFiles);
  await fleet.writePack('shop', shopFiles);
  await fleet.apply();
  return fleet;
}

const storeOf = (fleet: Fleet) => fleet.context.config.packStore.directory;
const linksOf = async (fleet: Fleet, ref: string) =>
  (await readdir(storeOf(fleet))).filter((name) => name === ref || name.startsWith(`${ref}-`));

describe('links of a removed pack', () => {
  it('that a run left behind when it was cut off are removed by the next one, and nothing else is', async () => {
    await using fleet = await install();
    await fleet.write({ 'desired/shop.yaml': null });
    await fleet.apply();
    const store = storeOf(fleet);
    const [version = ''] = (await readdir(join(store, '.versions', 'shop'))).filter((name) =>
      name.startsWith('1.0.0-'),
    );
    for (const name of ['shop', 'shop-1.0.0']) await symlink(`.versions/shop/${version}`, join(store, name));
    await symlink('/somewhere/else', join(store, 'shop-mine'));
    const { result } = await fleet.apply();
    assert.equal(result.outcome, 'unchanged');
    assert.deepEqual(await linksOf(fleet, 'shop'), ['shop-mine']);
    assert.ok((await linksOf(fleet, 'core')).includes('core-1.0.0'));
    const runs = await fleet.sql('SELECT count(*)::int AS runs FROM attune_sync.run');
    await fleet.apply();
    assert.deepEqual(await fleet.sql('SELECT count(*)::int AS runs FROM attune_sync.run'), runs);
  });

  it('are not ours where a real directory or a link elsewhere stands: that stays, and is said', async () => {
    await using fleet = await install();
    const path = join(storeOf(fleet), 'shop');
    await rm(path);
    await mkdir(path);
    await writeFile(join(path, 'mine.txt'), 'mine');
    await fleet.write({ 'desired/shop.yaml': null });
    const { plan, result } = await fleet.apply();
    assert.equal(result.outcome, 'applied');
    assert.deepEqual(
      plan.changes[0]?.warnings.map(({ code }) => code),
      ['link-not-ours'],
    );
    assert.ok((await lstat(path)).isDirectory());
    assert.deepEqual(await linksOf(fleet, 'shop'), ['shop']);
  });
});

describe('a pack that is nobody’s any more', () => {
  it('is forgotten where Attune lost it and no document names it', async () => {
    await using fleet = await install();
    await fleet.sql(`DELETE FROM pack WHERE ref = 'shop'`);
    await fleet.write({ 'desired/shop.yaml': null });
    const { result } = await fleet.apply();
    assert.deepEqual(
      result.packs.map(({ ref, action, outcome }) => `${ref} ${action} ${outcome}`),
      ['shop forget applied'],
    );
    assert.deepEqual(await fleet.sql('SELECT ref FROM attune_sync.pack'), [{ ref: 'core' }]);
    assert.deepEqual(await linksOf(fleet, 'shop'), []);
    assert.deepEqual((await fleet.plan()).changes, []);
  });

  it('stays as it is where its document says state: unmanaged, and is adopted when that goes', async () => {
    await using fleet = await install();
    await fleet.sql(`UPDATE sensor SET enabled = FALSE WHERE ref = 'shop.orders'`);
    const before = await fleet.sql(`SELECT id, ref FROM action ORDER BY ref`);
    await fleet.write({ 'desired/shop.yaml': 'kind: Pack\nref: shop\nstate: unmanaged\n' });
    const { plan, result } = await fleet.apply();
    assert.deepEqual(
      plan.changes.map(({ action, ref, reason }) => [action, ref, reason.sentence]),
      [['forget', 'shop', 'its document says state: unmanaged']],
    );
    assert.equal(result.outcome, 'applied');
    assert.deepEqual(await fleet.sql(`SELECT id, ref FROM action ORDER BY ref`), before);
    assert.deepEqual(await linksOf(fleet, 'shop'), ['shop', 'shop-1.0.0']);
    await fleet.sql(`UPDATE action SET label = 'Changed' WHERE ref = 'shop.ship'`);
    const idle = await fleet.plan();
    assert.deepEqual([idle.changes, idle.problems, idle.unmanaged], [[], [], ['shop']]);

    await fleet.write({ 'desired/shop.yaml': document('shop') });
    assert.deepEqual(
      (await fleet.apply()).result.packs.map(({ action }) => action),
      ['adopt'],
    );
    assert.deepEqual(await fleet.sql(`SELECT enabled FROM sensor WHERE ref = 'shop.orders'`), [{ enabled: false }]);
    assert.deepEqual(await fleet.sql(`SELECT id, ref FROM action ORDER BY ref`), before);
  });
});

describe('files that people put beside those of a pack', () => {
  it('are there again when the pack returns, in another version too', async () => {
    await using fleet = await install();
    const store = storeOf(fleet);
    await writeFile(join(store, 'shop', 'native-tool'), 'built by hand');
    await fleet.write({ 'desired/shop.yaml': null });
    await fleet.apply();
    assert.deepEqual(await linksOf(fleet, 'shop'), []);
    await fleet.writePack('shop', {}, { version: '2.0.0' });
    await fleet.apply();
    assert.ok((await readdir(join(store, 'shop-2.0.0'))).includes('native-tool'));
  });
});
