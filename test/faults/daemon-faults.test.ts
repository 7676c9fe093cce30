import assert from 'node:assert/strict';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { type CliChild, startCli, writeConfig } from '../support/cli-child.ts';
import { coreFiles, shopFiles } from '../support/example-packs.ts';
import { createFleet, type Fleet } from '../support/fleet.ts';
import { setLatch } from '../support/latch.ts';

async function withDaemon(work: (fleet: Fleet, daemon: CliChild) => Promise<void>): Promise<void> {
  await using fleet = await createFleet();
  await writeConfig(fleet);
  await fleet.writePack('core', coreFiles);
  const daemon = startCli(fleet, ['daemon']);
  try {
    await daemon.says(/1 installed/);
    await work(fleet, daemon);
  } finally {
    daemon.process.kill('SIGTERM');
    const { code, err } = await daemon.ended;
    assert.equal(code, 0, err);
    assert.doesNotMatch(err, /should not have happened|\[unexpected\]/);
  }
}

/** Waits for rows of Postgres, which is what a daemon is for. */
async function until(fleet: Fleet, query: string): Promise<void> {
  const deadline = Date.now() + 30_000;
  while ((await fleet.sql(query)).length === 0) {
    if (Date.now() > deadline) throw new Error(`never true: ${query}`);
  }
}

describe('a daemon', () => {
  it('whose pack store goes and comes back names that, writes nothing elsewhere, and goes on', () =>
    withDaemon(async (fleet, daemon) => {
      const store = fleet.context.config.packStore.directory;
      await rename(store, `${store}.away`);
      await fleet.writePack('second');
      await daemon.says(/store-mismatch/);
      await assert.rejects(rename(store, `${store}.made`), { code: 'ENOENT' });
      await rename(`${store}.away`, store);
      await until(fleet, `SELECT FROM attune_sync.pack WHERE ref = 'second'`);
    }));

  it('whose desired directory is replaced by another goes on with that', () =>
    withDaemon(async (fleet) => {
      const desired = join(fleet.directory, 'desired');
      await fleet.writePack('second');
      await mkdir(`${desired}.next`);
      for (const ref of ['core', 'second', 'third']) {
        const text = `kind: Pack\nref: ${ref}\nsource: { directory: ../packs/${ref} }\n`;
        await fleet.write({ [`packs/${ref}/pack.yaml`]: `ref: ${ref}\nlabel: ${ref}\nversion: 1.0.0\n` });
        await writeFile(join(`${desired}.next`, `${ref}.yaml`), text);
      }
      await rename(desired, `${desired}.old`);
      await rename(`${desired}.next`, desired);
      await until(fleet, `SELECT FROM attune_sync.pack WHERE ref = 'third'`);
      await fleet.writePack('fourth');
      await until(fleet, `SELECT FROM attune_sync.pack WHERE ref = 'fourth'`);
    }));

  it('repairs rows that somebody changes, and leaves alone what they may set', () =>
    withDaemon(async (fleet) => {
      await fleet.sql(`UPDATE trigger SET enabled = FALSE WHERE ref = 'core.timer'`);
      await fleet.sql(`UPDATE action SET label = 'Mine' WHERE ref = 'core.echo'`);
      await until(fleet, `SELECT FROM action WHERE ref = 'core.echo' AND label = 'Echo'`);
      await fleet.sql(`DELETE FROM action WHERE ref = 'core.echo'`);
      await until(fleet, `SELECT FROM action WHERE ref = 'core.echo'`);
      assert.deepEqual(await fleet.sql(`SELECT enabled FROM trigger WHERE ref = 'core.timer'`), [{ enabled: false }]);
    }));

  it('that is killed in the middle of a pack leaves a state from which the next one goes on', async () => {
    await using fleet = await createFleet();
    await writeConfig(fleet);
    await fleet.writePack('core', coreFiles);
    await fleet.writePack('shop', shopFiles);
    const latch = await setLatch(fleet, { table: 'attune.action', on: 'INSERT', when: `NEW.ref = 'shop.ship'` });
    const first = startCli(fleet, ['daemon']);
    await latch.reached();
    first.process.kill('SIGKILL');
    await first.ended;
    const second = startCli(fleet, ['daemon']);
    await latch.open();
    await second.says(/No changes|installed/);
    await until(fleet, `SELECT FROM attune_sync.pack WHERE ref = 'shop'`);
    second.process.kill('SIGTERM');
    assert.equal((await second.ended).code, 0);
    assert.deepEqual((await fleet.plan()).changes, []);
  });
});
