import assert from 'node:assert/strict';
import { chmod, lstat, mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { installByAttune, nameInDocument } from '../support/attune-install.ts';
import { startCli, writeConfig } from '../support/cli-child.ts';
import { allIds } from '../support/end-state.ts';
import { coreFiles, shopFiles } from '../support/example-packs.ts';
import { createFleet, type Fleet } from '../support/fleet.ts';
import { type LatchPlace, setLatch } from '../support/latch.ts';

const commit: LatchPlace = { table: 'attune_sync.pack', on: 'INSERT', when: `NEW.ref = 'shop'`, atCommit: true };

async function prepare(fleet: Fleet): Promise<readonly string[]> {
  await writeConfig(fleet);
  await installByAttune(fleet, [
    { ref: 'core', files: coreFiles },
    { ref: 'shop', files: shopFiles },
  ]);
  const tool = join(fleet.directory, 'store/shop/bin/tool');
  await mkdir(dirname(tool));
  await writeFile(tool, 'by hand');
  await chmod(tool, 0o755);
  const ids = await allIds(fleet);
  // The tables are there before somebody stands in the way.
  await fleet.apply();
  for (const ref of ['core', 'shop']) await nameInDocument(fleet, ref);
  return ids;
}

/** The pack can be run by Attune's workers, with what was put there by hand. */
async function assertRuns(fleet: Fleet): Promise<void> {
  const store = join(fleet.directory, 'store');
  assert.match(await readFile(join(store, 'shop/actions/ship.py'), 'utf8'), /shipped/);
  assert.equal(await readFile(join(store, 'shop/bin/tool'), 'utf8'), 'by hand');
  assert.equal((await stat(join(store, 'shop/bin/tool'))).mode & 0o777, 0o755);
}

async function assertConverged(fleet: Fleet, ids: readonly string[]): Promise<void> {
  const { result } = await fleet.apply();
  assert.equal(result.outcome, 'applied', JSON.stringify(result.packs));
  assert.deepEqual(await allIds(fleet), ids);
  await assertRuns(fleet);
  assert.equal((await lstat(join(fleet.directory, 'store/shop'))).isSymbolicLink(), true);
  const versions = await readdir(join(fleet.directory, 'store/.versions/shop'));
  assert.equal(versions.filter((name) => name.startsWith('found-')).length, 1, versions.join());
  assert.deepEqual((await fleet.plan()).changes, []);
  assert.equal((await fleet.apply()).result.run, null);
}

describe('an adoption that is killed', () => {
  it('before its COMMIT leaves the directory in use, and the next run adopts it', async () => {
    await using fleet = await createFleet();
    const ids = await prepare(fleet);
    await using latch = await setLatch(fleet, commit);
    const child = startCli(fleet, ['apply', '--yes']);
    await Promise.race([latch.reached(), child.ended.then(({ out, err }) => assert.fail(out + err))]);
    child.process.kill('SIGKILL');
    await child.ended;
    await latch.open();
    assert.equal((await lstat(join(fleet.directory, 'store/shop'))).isDirectory(), true);
    await assertRuns(fleet);
    await assertConverged(fleet, ids);
  });

  it('before its COMMIT, and whose native program is replaced before the next run, runs the newer one', async () => {
    await using fleet = await createFleet();
    await prepare(fleet);
    await using latch = await setLatch(fleet, commit);
    const child = startCli(fleet, ['apply', '--yes']);
    await Promise.race([latch.reached(), child.ended.then(({ out, err }) => assert.fail(out + err))]);
    child.process.kill('SIGKILL');
    await child.ended;
    await latch.open();
    const tool = join(fleet.directory, 'store/shop/bin/tool');
    await writeFile(tool, 'the newer');
    await fleet.apply();
    assert.equal(await readFile(tool, 'utf8'), 'the newer');
    const versions = join(fleet.directory, 'store/.versions/shop');
    const older = (await readdir(versions)).find((name) => name.startsWith('found-bin__tool-'));
    assert.equal(await readFile(join(versions, older ?? ''), 'utf8'), 'by hand');
    assert.deepEqual((await fleet.plan()).changes, []);
  });

  for (const [name, between] of [
    ['before its directory is moved', async () => {}],
    [
      'between moving its directory and making the link',
      async (fleet: Fleet) => {
        const store = join(fleet.directory, 'store');
        await rename(join(store, 'shop'), join(store, '.versions/shop/found-shop-20260101T000000000Z'));
      },
    ],
  ] as const) {
    it(`after its COMMIT, ${name}, is finished by the next run with what was put there by hand`, async () => {
      await using fleet = await createFleet();
      const ids = await prepare(fleet);
      const latch = await setLatch(fleet, commit);
      const child = startCli(fleet, ['apply', '--yes']);
      await Promise.race([latch.reached(), child.ended.then(({ out, err }) => assert.fail(out + err))]);
      child.process.kill('SIGSTOP');
      await latch.open();
      for (;;) if ((await fleet.sql(`SELECT FROM attune_sync.pack WHERE ref = 'shop'`)).length === 1) break;
      child.process.kill('SIGKILL');
      await child.ended;
      await between(fleet);
      assert.deepEqual(
        (await fleet.plan()).changes.map(({ ref, action, reason }) => [ref, action, reason.code]),
        [['shop', 'repair', 'files-drifted']],
      );
      await assertConverged(fleet, ids);
    });
  }
});
