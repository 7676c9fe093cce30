import { writeNext, writeRunning } from './example-changes.ts';
import { writeCrashConfig } from './scenario.ts';
import { testScenarios } from './test-scenarios.ts';

testScenarios([
  {
    name: 'reinstall a pack around which people made things',
    like: 'attune',
    verb: ['apply', '--yes'],
    running: ['core', 'shop'],
    async prepare(fleet) {
      await writeRunning(fleet);
      await writeNext(fleet);
      // Nobody listens there: all that is to be told has to wait.
      await writeCrashConfig(fleet, 'store', 'attune: { messageQueue: { url: "amqp://127.0.0.1:1" } }\n');
    },
  },
  {
    name: 'configure a pack whose switches and config people changed',
    like: 'ours',
    verb: ['apply', '--yes'],
    running: ['core', 'shop'],
    async prepare(fleet) {
      await writeRunning(fleet);
      await fleet.sql(`UPDATE rule SET enabled = FALSE WHERE ref = 'shop.ship_orders'`);
      await fleet.sql(`UPDATE sensor SET enabled = TRUE WHERE ref = 'shop.orders'`);
      await fleet.sql(`UPDATE pack SET config = config || '{"limit": 9, "mine": true}' WHERE ref = 'shop'`);
      const lines = ['config: { greeting: Grüß Gott, password: from-the-document }', 'enabled: { shop.fulfil: false }'];
      await fleet.write({
        'desired/shop.yaml': `kind: Pack\nref: shop\nsource:\n  directory: ../packs/shop\n${lines.join('\n')}\n`,
      });
    },
  },
]);
