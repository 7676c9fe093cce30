import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deleteComponents } from '../../src/apply/delete-components.ts';
import type { ComponentChange } from '../../src/plan/plan.ts';
import { reconcile } from '../../src/reconcile.ts';
import { createFleet } from '../support/fleet.ts';

test('a sensor that was made on a trigger after its departure was planned keeps the trigger from being deleted', async () => {
  await using fleet = await createFleet();
  await fleet.writePack('core', { 'runtimes/shell.yaml': 'ref: core.shell\nname: shell\ndistributions: {}\n' });
  await fleet.writePack('pond', { 'triggers/croak.yaml': 'ref: pond.croak\nlabel: Croak\n' });
  await reconcile(fleet.context, { cause: 'apply', who: 'test@here', lockTimeoutMs: 20_000 });
  const [trigger] = await fleet.sql<{ id: string }>(`SELECT id::text FROM trigger WHERE ref = 'pond.croak'`);
  await fleet.sql(
    `INSERT INTO sensor (ref, pack, pack_ref, label, description, entrypoint, runtime, runtime_ref, trigger, trigger_ref, enabled, is_adhoc)
     SELECT 'pond.mine', t.pack, 'pond', 'Mine', '', 'mine.sh', r.id, r.ref, t.id, t.ref, TRUE, TRUE
       FROM trigger t, runtime r WHERE t.ref = 'pond.croak' AND r.ref = 'core.shell'`,
  );
  const departing: ComponentChange = {
    op: 'delete',
    kind: 'trigger',
    ref: 'pond.croak',
    id: trigger?.id ?? '',
    fields: [],
    set: {},
    links: {},
  };
  const remove = () =>
    fleet.context.database.knex.transaction((transaction) => deleteComponents(transaction, 'pond', [departing]));
  await assert.rejects(remove(), { code: 'in-use', message: /the sensor pond.mine was made on a trigger/ });
  await fleet.sql(`DELETE FROM sensor WHERE ref = 'pond.mine'`);
  await remove();
  assert.deepEqual(await fleet.sql(`SELECT ref FROM trigger WHERE ref = 'pond.croak'`), []);
});
