import { writeRunning } from './example-changes.ts';
import { applyWhole } from './scenario.ts';
import { testScenarios } from './test-scenarios.ts';

testScenarios([
  {
    name: 'remove a pack around which people made things',
    like: 'ours',
    verb: ['apply', '--yes'],
    running: ['core'],
    async prepare(fleet) {
      await writeRunning(fleet);
      await fleet.write({ 'desired/shop.yaml': null });
    },
  },
  {
    name: 'install a pack again that was removed',
    like: 'attune',
    verb: ['apply', '--yes'],
    running: ['core'],
    async prepare(fleet) {
      await writeRunning(fleet);
      const document = 'kind: Pack\nref: shop\nsource:\n  directory: ../packs/shop\n';
      await fleet.write({ 'desired/shop.yaml': null });
      await applyWhole(fleet);
      await fleet.write({ 'desired/shop.yaml': document });
    },
  },
]);
