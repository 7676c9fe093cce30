import { endPack } from '../../src/commands/end-pack.ts';
import { overrideDrop } from '../../src/commands/override-drop.ts';
import type { Fleet } from '../support/fleet.ts';
import { writeRunning } from './example-changes.ts';
import { applyWhole } from './scenario.ts';
import { testScenarios } from './test-scenarios.ts';

const run = { who: 'test@here', lockTimeoutMs: 20_000 };

async function isRecorded(fleet: Fleet): Promise<boolean> {
  return (await fleet.sql(`SELECT FROM attune_sync.pack WHERE ref = 'shop'`)).length > 0;
}

testScenarios([
  {
    name: 'forget a pack',
    like: 'ours',
    verb: ['forget', 'shop', '--yes'],
    running: ['core', 'shop'],
    async prepare(fleet) {
      await writeRunning(fleet);
      await fleet.write({ 'desired/shop.yaml': null });
    },
    async again(fleet) {
      if (await isRecorded(fleet)) await endPack(fleet.context, { what: 'forget', ref: 'shop', ...run });
      await applyWhole(fleet);
    },
  },
  {
    name: 'remove a pack by name',
    like: 'attune',
    verb: ['pack', 'remove', 'shop', '--yes'],
    running: ['core'],
    async prepare(fleet) {
      await writeRunning(fleet);
      await fleet.write({ 'desired/shop.yaml': null });
    },
    async again(fleet) {
      if (await isRecorded(fleet)) await endPack(fleet.context, { what: 'remove', ref: 'shop', ...run });
      await applyWhole(fleet);
    },
  },
  {
    name: 'drop an override',
    like: 'ours',
    verb: ['override', 'drop', 'shop', '--yes'],
    running: ['core', 'shop'],
    prepare: writeRunning,
    async again(fleet) {
      const found = await fleet.sql(`SELECT FROM attune_sync.override WHERE pack = 'shop'`);
      if (found.length > 0) await overrideDrop(fleet.context, { ref: 'shop', ...run });
      await applyWhole(fleet);
    },
  },
]);
