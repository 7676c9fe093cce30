import { rollback } from '../../src/commands/rollback.ts';
import { storeSweep } from '../../src/commands/store-sweep.ts';
import { writeNext, writeRunning } from './example-changes.ts';
import { applyWhole, writeCrashConfig } from './scenario.ts';
import { testScenarios } from './test-scenarios.ts';

testScenarios([
  {
    name: 'roll a pack back and hold what its source gives',
    like: 'ours',
    verb: ['rollback', 'shop', '--to', '1.0.0', '--why', 'it lost orders', '--yes'],
    running: ['core', 'shop'],
    async prepare(fleet) {
      await writeRunning(fleet);
      await writeNext(fleet);
      await applyWhole(fleet);
    },
    async again(fleet) {
      const held = await fleet.sql('SELECT FROM attune_sync.hold');
      if (held.length === 0) {
        const options = { ref: 'shop', to: '1.0.0', why: 'it lost orders', who: 'test@here', lockTimeoutMs: 20_000 };
        const { result } = await rollback(fleet.context, options);
        if (result?.outcome !== 'applied') throw new Error(JSON.stringify(result));
      }
      await applyWhole(fleet);
    },
  },
  {
    name: 'sweep the pack store',
    like: 'ours',
    verb: ['store', 'sweep', '--yes'],
    running: ['core', 'shop'],
    async prepare(fleet) {
      Object.assign(fleet.context.config.packStore, { keepMs: 3_600_000 });
      await writeRunning(fleet);
      for (const version of ['1.1.0', '1.2.0', '1.3.0', '1.4.0']) {
        await writeNext(fleet, version);
        await applyWhole(fleet);
      }
      await writeCrashConfig(fleet, '{ directory: store, keep: 0s }');
    },
    async again(fleet) {
      await storeSweep(fleet.context, { who: 'test@here', lockTimeoutMs: 20_000 });
      await applyWhole(fleet);
    },
  },
]);
