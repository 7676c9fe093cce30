import { mkdir, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { coreFiles, shopFiles } from '../support/example-packs.ts';
import { createRemote } from '../support/git.ts';
import { makePeoplesThings } from '../support/peoples-things.ts';
import { shopSchema, writeRunning } from './example-changes.ts';
import { applyWhole } from './scenario.ts';
import { testScenarios } from './test-scenarios.ts';

testScenarios([
  {
    name: 'repair what was changed behind its back',
    like: 'ours',
    verb: ['apply', '--yes'],
    // Published files that were edited are moved away one by one.
    running: [],
    async prepare(fleet) {
      await writeRunning(fleet);
      const store = fleet.context.config.packStore.directory;
      await writeFile(join(store, 'shop/actions/ship.py'), 'print("edited")\n');
      await writeFile(join(store, 'shop/sensors/orders.py'), 'print("edited as well")\n');
      await rm(join(store, 'shop/rules'), { recursive: true });
      await unlink(join(store, 'shop-1.0.0'));
      await symlink('/etc', join(store, 'shop-1.0.0'));
      await unlink(join(store, 'core'));
      await mkdir(join(store, 'core'));
      await writeFile(join(store, 'core/pack.yaml'), 'ref: core\n');
      await fleet.sql(`UPDATE action SET label = 'Edited', entrypoint = 'mine.py' WHERE ref = 'shop.ship'`);
      await fleet.sql(`DELETE FROM policy WHERE ref = 'shop.one'`);
      await fleet.sql(`DELETE FROM rule WHERE ref = 'shop.ship_orders'`);
    },
  },
  {
    name: 'install a pack from a git remote',
    like: 'ours',
    verb: ['apply', '--yes'],
    running: ['core', 'shop'],
    async prepare(fleet) {
      await fleet.writePack('core', coreFiles);
      const manifest = `ref: shop\nlabel: shop\nversion: 1.0.0\n${shopSchema}`;
      const remote = await createRemote(fleet.directory, { 'pack.yaml': manifest, ...shopFiles });
      await fleet.write({
        'desired/shop.yaml': `kind: Pack\nref: shop\nsource: { git: { url: "${remote.url}", branch: main } }\n`,
      });
      await applyWhole(fleet);
      await makePeoplesThings(fleet);
      await applyWhole(fleet);
      const changed = 'ref: shop.ship\nlabel: Ship it\nrunner_type: python\nentry_point: ship.py\n';
      await remote.commit({ 'actions/ship.yaml': changed, 'pack.yaml': manifest.replace('1.0.0', '1.1.0') });
    },
  },
]);
