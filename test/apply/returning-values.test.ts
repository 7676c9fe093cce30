import assert from 'node:assert/strict';
import { it } from 'node:test';
import { createFleet } from '../support/fleet.ts';

const trigger = (name: string) => ({ [`triggers/${name}.yaml`]: `ref: shop.${name}\nlabel: ${name}\n` });

it('a switch that a person turned just before its component left the pack is as they left it when it returns', async () => {
  await using fleet = await createFleet();
  await fleet.writePack('shop', { ...trigger('left'), ...trigger('right') });
  await fleet.apply();
  await fleet.sql(`UPDATE trigger SET enabled = FALSE WHERE ref = 'shop.left'`);
  await fleet.writePack('shop', { 'triggers/left.yaml': null });
  await fleet.apply();
  assert.deepEqual(await fleet.sql(`SELECT ref, value FROM attune_sync.override`), [
    { ref: 'shop.left', value: false },
  ]);
  await fleet.writePack('shop', trigger('left'));
  await fleet.apply();
  assert.deepEqual(await fleet.sql(`SELECT enabled FROM trigger WHERE ref = 'shop.left'`), [{ enabled: false }]);
});

it('a pack that returns has the config that people set last, not what a document replaced long before', async () => {
  await using fleet = await createFleet();
  const document = (value?: string) =>
    fleet.writePack('shop', {}, value === undefined ? {} : { document: `config: { url: ${value} }\n` });
  const set = async (value: string) => {
    await fleet.sql(`UPDATE pack SET config = config || jsonb_build_object('url', ?::text) WHERE ref = 'shop'`, [
      value,
    ]);
    await fleet.apply();
  };
  await fleet.writePack('other');
  await document();
  await fleet.apply();
  await set('first');
  await document('decided');
  await fleet.apply();
  await set('second');
  await document();
  await fleet.apply();
  const config = () => fleet.sql(`SELECT config FROM pack WHERE ref = 'shop'`);
  assert.deepEqual(await config(), [{ config: { url: 'second' } }]);
  await fleet.write({ 'desired/shop.yaml': null });
  await fleet.apply();
  await document();
  await fleet.apply();
  assert.deepEqual(await config(), [{ config: { url: 'second' } }]);
});
