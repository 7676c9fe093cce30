import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { runCli, startCli } from '../support/cli-child.ts';
import { runInside } from '../support/cli-inside.ts';
import { createFleet, type Fleet } from '../support/fleet.ts';
import { setLatch } from '../support/latch.ts';

/** Five versions of a pack, of which two may go. */
async function installFive(fleet: Fleet): Promise<void> {
  Object.assign(fleet.context.config.packStore, { keepMs: 3_600_000 });
  for (const version of ['1.0.0', '2.0.0', '3.0.0', '4.0.0', '5.0.0']) {
    await fleet.writePack('one', { 'lib/text': version }, { version });
    assert.equal((await fleet.apply()).result.outcome, 'applied');
  }
  await writeSweepConfig(fleet);
}

async function writeSweepConfig(fleet: Fleet): Promise<void> {
  await fleet.write({
    'attune.config.yaml': `name: test
desiredState: [{ name: desired, directory: desired }]
database: { url: "\${ATTUNE_DATABASE_URL}" }
stateDir: state
packStore: { directory: store, keep: 0s }
git: { transports: [file] }
`,
  });
}

async function stored(fleet: Fleet): Promise<string[]> {
  const names = await readdir(join(fleet.directory, 'store/.versions/one'));
  return names
    .filter((name) => !name.endsWith('.files'))
    .map((name) => name.split('-')[0] ?? '')
    .sort();
}

async function assertSwept(fleet: Fleet): Promise<void> {
  const { code, out, err } = await runInside(fleet, ['store', 'sweep', '--yes']);
  assert.equal(code, 0, out + err);
  assert.deepEqual(await stored(fleet), ['3.0.0', '4.0.0', '5.0.0']);
  assert.deepEqual(await readdir(join(fleet.directory, 'store/.staging')), []);
  assert.deepEqual(await fleet.sql('SELECT count(*)::int AS count FROM attune_sync.version'), [{ count: 3 }]);
  assert.deepEqual((await fleet.plan()).changes, []);
}

describe('a sweep', () => {
  for (const [name, place] of [
    ['when directories are moved and nothing is forgotten', { table: 'attune_sync.version', on: 'DELETE' }],
    ['at the COMMIT of that', { table: 'attune_sync.version', on: 'DELETE', atCommit: true }],
    ['when it records who swept', { table: 'attune_sync.run', on: 'INSERT' }],
  ] as const) {
    it(`that is killed ${name} is finished by the next`, async () => {
      await using fleet = await createFleet();
      await installFive(fleet);
      {
        await using latch = await setLatch(fleet, place);
        const child = startCli(fleet, ['store', 'sweep', '--yes']);
        await Promise.race([latch.reached(), child.ended.then(({ out, err }) => assert.fail(out + err))]);
        child.process.kill('SIGKILL');
        assert.equal((await child.ended).signal, 'SIGKILL');
      }
      assert.deepEqual((await fleet.plan()).changes, []);
      await assertSwept(fleet);
    });
  }

  it('that is started twice at once is done once, and both end well', async () => {
    await using fleet = await createFleet();
    await installFive(fleet);
    const ends = await Promise.all([1, 2].map(() => runCli(fleet, ['store', 'sweep', '--yes', '-o', 'json'])));
    assert.deepEqual(
      ends.map(({ code }) => code),
      [0, 0],
    );
    const swept = ends.map(({ out }) => JSON.parse(out).swept.length).sort();
    assert.deepEqual(swept, [0, 2]);
    await assertSwept(fleet);
  });

  it('of a read-only store deletes nothing, says so, and fails no run', async (t) => {
    await using fleet = await createFleet();
    const directory = join(fleet.directory, 'store');
    await mkdir(directory);
    try {
      execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', directory], { stdio: 'ignore' });
    } catch {
      return t.skip('mounting is not permitted here');
    }
    try {
      await installFive(fleet);
      execFileSync('mount', ['-o', 'remount,ro', directory]);
      const { code, err } = await runInside(fleet, ['store', 'sweep', '--yes']);
      assert.equal(code, 1);
      assert.match(err, /read-only|EROFS/i);
      assert.doesNotMatch(err, /should not have happened|\[unexpected\]/);
      assert.equal((await stored(fleet)).length, 5);
      // The document's config is rows alone: the run is applied, although nothing can be swept.
      await fleet.write({
        'desired/one.yaml': 'kind: Pack\nref: one\nsource: { directory: ../packs/one }\nprune: false\n',
      });
      const applied = await runInside(fleet, ['apply', '--yes']);
      assert.equal(applied.code, 0, applied.out + applied.err);
      assert.match(applied.err, /The pack store could not be swept/);
      execFileSync('mount', ['-o', 'remount,rw', directory]);
      await assertSwept(fleet);
    } finally {
      await new Promise((resolve) => execFile('umount', [directory], resolve));
    }
  });

  it('with --dry-run shows what would go and why the others stay, and needs no right to write', async () => {
    await using fleet = await createFleet();
    await installFive(fleet);
    const { code, out } = await runInside(fleet, ['store', 'sweep', '--dry-run']);
    assert.equal(code, 0);
    assert.match(out, /- +\.versions\/one\/1\.0\.0-[0-9a-f]{12} .* to delete/);
    assert.match(out, /\.versions\/one\/4\.0\.0-[0-9a-f]{12} .* kept: among the last 3 of its pack/);
    assert.match(out, /2 superseded versions to delete from the pack store\.\n$/);
    const refused = await runInside(fleet, ['store', 'sweep']);
    assert.equal(refused.code, 1);
    assert.match(refused.err, /\[cannot-ask\]\n.*`attune-sync store sweep --yes`/);
    assert.equal((await stored(fleet)).length, 5);
  });

  it('has nothing to ask where there is nothing to delete', async () => {
    await using fleet = await createFleet();
    await writeSweepConfig(fleet);
    const { code, out, err } = await runInside(fleet, ['store', 'sweep']);
    assert.deepEqual([code, out, err], [0, 'There is nothing to delete.\n', '']);
  });
});
