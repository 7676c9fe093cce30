import assert from 'node:assert/strict';
import { it } from 'node:test';
import { reconcile } from '../src/reconcile.ts';
import { createFleet } from './support/fleet.ts';

const asked = { cause: 'apply', who: 'test@here', lockTimeoutMs: 10_000 } as const;

it('applies what was confirmed, with secrets too, in a database that knows nothing of this tool yet', async () => {
  await using fleet = await createFleet({ migrated: false });
  await fleet.writePack('safe', {}, { document: 'config: { password: hunter22 }\n' });
  const { result } = await reconcile(fleet.context, { ...asked, confirm: async () => true });
  assert.equal(result?.outcome, 'applied');
  assert.deepEqual(await fleet.sql(`SELECT config FROM pack`), [{ config: { password: 'hunter22' } }]);
});

it('writes nothing where the answer is no', async () => {
  await using fleet = await createFleet({ migrated: false });
  await fleet.writePack('safe');
  const { result, plan } = await reconcile(fleet.context, { ...asked, confirm: async () => false });
  assert.deepEqual([result, plan.changes.length], [null, 1]);
  assert.deepEqual(await fleet.sql(`SELECT ref FROM pack`), []);
  assert.deepEqual(await fleet.sql(`SELECT nspname FROM pg_namespace WHERE nspname = 'attune_sync'`), []);
});

it('refuses to apply what nobody confirmed: the rows moved between the answer and the lock', async () => {
  await using fleet = await createFleet();
  await fleet.writePack('safe', { 'triggers/bell.yaml': 'ref: safe.bell\n' });
  await fleet.apply();
  await fleet.writePack('safe', {}, { version: '1.1.0' });
  const confirm = async () => {
    await fleet.sql(`UPDATE trigger SET label = 'Mine' WHERE ref = 'safe.bell'`);
    return true;
  };
  await assert.rejects(reconcile(fleet.context, { ...asked, confirm }), { code: 'plan-changed' });
  assert.deepEqual(await fleet.sql(`SELECT version FROM pack`), [{ version: '1.0.0' }]);
});
