import { coreFiles, shopFiles } from '../support/example-packs.ts';
import { testScenarios } from './test-scenarios.ts';

testScenarios([
  {
    name: 'install two packs into a new database and a new store',
    like: 'ours',
    migrated: false,
    verb: ['apply', '--yes'],
    running: [],
    async prepare(fleet) {
      await fleet.writePack('core', coreFiles);
      await fleet.writePack('shop', shopFiles);
    },
  },
]);
