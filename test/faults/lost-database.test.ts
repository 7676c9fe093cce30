import assert from 'node:assert/strict';
import { lstat, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it, test } from 'node:test';
import { startCli, writeConfig } from '../support/cli-child.ts';
import { runInside } from '../support/cli-inside.ts';
import { endState } from '../support/end-state.ts';
import { coreFiles, shopFiles } from '../support/example-packs.ts';
import { createFleet, type Fleet } from '../support/fleet.ts';

const nowhere = 'postgres://ann@127.0.0.1:1/attune';

async function writeFleet(fleet: Fleet): Promise<void> {
  await writeConfig(fleet);
  await fleet.writePack('core', coreFiles);
  await fleet.writePack('shop', shopFiles);
  await fleet.writePack('tail', {}, { pack: 'dependencies: [shop]\n' });
}

describe('with a database that does not answer', () => {
  for (const verb of [['plan'], ['apply', '--yes'], ['status'], ['pack', 'list'], ['migrate'], ['store', 'claim']]) {
    it(`${verb.join(' ')} says so, says what to do, and touches nothing`, async () => {
      await using fleet = await createFleet();
      await writeFleet(fleet);
      const { code, out, err } = await runInside(fleet, verb, { url: nowhere });
      assert.equal(code, 1, out + err);
      assert.equal(out, '');
      assert.match(err, /127\.0\.0\.1.*cannot be reached.*\[database-unreachable\]/s);
      assert.match(err, /hint +Is PostgreSQL running/);
      await assert.rejects(lstat(join(fleet.directory, 'store')), { code: 'ENOENT' });
    });
  }

  it('the daemon says so and when it tries again, and ends with 0 when it is told to', async () => {
    await using fleet = await createFleet();
    await writeFleet(fleet);
    const daemon = startCli(fleet, ['daemon'], { url: nowhere });
    await daemon.says(/cannot be reached.*tried again in/);
    daemon.process.kill('SIGTERM');
    const { code, err } = await daemon.ended;
    assert.equal(code, 0, err);
    assert.match(err, /Stopped\./);
  });
});

/** Makes the backend that writes a certain row end itself, once. */
async function endBackendAt(fleet: Fleet, table: string, on: string, when: string, atCommit = false): Promise<void> {
  await fleet.sql('CREATE SEQUENCE public.ended');
  // A sequence is not rolled back, so the next run finds that it happened.
  await fleet.sql(
    `CREATE FUNCTION public.end_backend() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN IF nextval('public.ended') = 1 THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF; RETURN NEW; END $$`,
  );
  await fleet.sql(
    atCommit
      ? `CREATE CONSTRAINT TRIGGER ended AFTER ${on} ON ${table} DEFERRABLE INITIALLY DEFERRED
           FOR EACH ROW WHEN (${when}) EXECUTE FUNCTION public.end_backend()`
      : `CREATE TRIGGER ended BEFORE ${on} ON ${table} FOR EACH ROW WHEN (${when}) EXECUTE FUNCTION public.end_backend()`,
  );
}

describe('a connection that is lost', () => {
  for (const [name, table, when, atCommit] of [
    ['at the first row of a pack', 'attune.pack', `NEW.ref = 'shop'`, false],
    ['in the middle of a pack', 'attune.action', `NEW.ref = 'shop.ship'`, false],
    ['at the history of a pack', 'attune_sync.run_change', `NEW.pack = 'shop'`, false],
    ['at the COMMIT of a pack', 'attune.pack', `NEW.ref = 'shop'`, true],
  ] as const) {
    it(`${name} fails that pack, skips those after it, and leaves nothing half written`, async () => {
      await using calm = await createFleet();
      await writeFleet(calm);
      await calm.apply();
      await using fleet = await createFleet();
      await writeFleet(fleet);
      await endBackendAt(fleet, table, 'INSERT', when, atCommit);
      const { code, out, err } = await runInside(fleet, ['apply', '--yes', '--output', 'json']);
      assert.equal(code, 1, err);
      const { packs, outcome } = JSON.parse(out).result;
      assert.equal(outcome, 'failed');
      assert.deepEqual(
        packs.map((pack: { ref: string; outcome: string; problems: { code: string }[] }) => [
          pack.ref,
          pack.outcome,
          pack.problems.map((found) => found.code),
        ]),
        [
          ['core', 'applied', []],
          ['shop', 'failed', ['connection-lost']],
          ['tail', 'skipped', ['connection-lost']],
        ],
      );
      assert.deepEqual(await fleet.sql('SELECT ref FROM pack'), [{ ref: 'core' }]);
      assert.deepEqual(await fleet.sql(`SELECT ref FROM action WHERE pack_ref = 'shop'`), []);
      assert.deepEqual(await fleet.sql(`SELECT ref FROM attune_sync.pack`), [{ ref: 'core' }]);
      await assert.rejects(lstat(join(fleet.directory, 'store/shop')), { code: 'ENOENT' });

      const { result } = await fleet.apply();
      assert.equal(result.outcome, 'applied');
      assert.deepEqual(await endState(fleet), await endState(calm));
      assert.deepEqual((await fleet.plan()).changes, []);
    });
  }

  it('by all of a daemon, in the middle of an apply, is mended by the daemon itself', async () => {
    await using fleet = await createFleet();
    await writeFleet(fleet);
    await endBackendAt(fleet, 'attune.action', 'INSERT', `NEW.ref = 'shop.ship'`);
    const daemon = startCli(fleet, ['daemon']);
    await daemon.says(/shop failed: .*connection-lost/);
    await daemon.says(/No changes\. 3 packs match|2 installed/);
    daemon.process.kill('SIGTERM');
    assert.equal((await daemon.ended).code, 0);
    assert.deepEqual((await fleet.plan()).changes, []);
  });
});

test('without the writer lock nothing is written: one that lost it writes no more, not even history', async () => {
  await using fleet = await createFleet();
  await writeFleet(fleet);
  await endBackendAt(fleet, 'attune.pack', 'INSERT', `NEW.ref = 'shop'`);
  await fleet.sql('CREATE TABLE public.writers (pid INT, held BOOLEAN)');
  await fleet.sql(
    `CREATE FUNCTION public.note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
       INSERT INTO public.writers SELECT pg_backend_pid(), EXISTS (SELECT FROM pg_locks
         WHERE locktype = 'advisory' AND granted AND objsubid = 2 AND mode = 'ExclusiveLock' AND pid = pg_backend_pid());
       RETURN NULL; END $$`,
  );
  const tables = await fleet.sql<{ name: string }>(
    `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname IN ('attune', 'attune_sync')`,
  );
  for (const { name } of tables) {
    await fleet.sql(
      `CREATE TRIGGER note AFTER INSERT OR UPDATE OR DELETE ON ${name} FOR EACH STATEMENT EXECUTE FUNCTION public.note()`,
    );
  }
  const first = await fleet.apply();
  assert.equal(first.result.outcome, 'failed');
  const [written] = await fleet.sql(
    'SELECT count(DISTINCT pid)::int AS writers, bool_and(held) AS held FROM public.writers',
  );
  assert.deepEqual(written, { writers: 1, held: true });
  await rm(join(fleet.directory, 'state'), { recursive: true, force: true });
  assert.equal((await fleet.apply()).result.outcome, 'applied');
  const [later] = await fleet.sql(
    'SELECT count(DISTINCT pid)::int AS writers, bool_and(held) AS held FROM public.writers',
  );
  assert.deepEqual(later, { writers: 2, held: true });
});
