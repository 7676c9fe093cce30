import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { migrateSync } from '../../src/database/migrate.ts';
import { withWriter } from '../../src/database/writer-lock.ts';
import { installByAttune, nameInDocument } from '../support/attune-install.ts';
import { coreFiles, shopFiles } from '../support/example-packs.ts';
import { makePeoplesThings } from '../support/peoples-things.ts';
import { shopSchema } from './example-changes.ts';
import { testScenarios } from './test-scenarios.ts';

testScenarios([
  {
    name: 'adopt two packs that Attune installed',
    like: 'attune',
    verb: ['apply', '--yes'],
    // A directory cannot be exchanged for a link at once: the next run makes the link.
    running: [],
    async prepare(fleet) {
      await installByAttune(fleet, [
        { ref: 'core', files: coreFiles },
        { ref: 'shop', files: shopFiles, pack: shopSchema },
      ]);
      await makePeoplesThings(fleet);
      for (const [path, text] of Object.entries(foreign)) {
        const file = join(fleet.context.config.packStore.directory, path);
        await mkdir(dirname(file), { recursive: true });
        await writeFile(file, text);
      }
      await fleet.sql(`UPDATE action SET label = 'Edited' WHERE ref = 'shop.ship'`);
      const options = { holder: 'tests', timeoutMs: 10_000, signal: fleet.context.signal };
      await withWriter(fleet.context.database, options, (writer) => migrateSync(fleet.context.database, writer));
      await nameInDocument(fleet, 'core');
      await nameInDocument(fleet, 'shop', 'config: { greeting: Moin }\n');
    },
  },
]);

const foreign = {
  'shop/bin/native': 'machine code',
  'shop/actions/mine.py': 'print("mine")\n',
  'other/file': 'no pack',
};
