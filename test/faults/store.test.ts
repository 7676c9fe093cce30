import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmod,
  lstat,
  mkdir,
  readdir,
  readFile,
  readlink,
  rm,
  symlink,
  unlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { urlOf, writeConfig } from '../support/cli-child.ts';
import { runInside } from '../support/cli-inside.ts';
import { endState } from '../support/end-state.ts';
import { createFleet, type Fleet } from '../support/fleet.ts';
import { minimalPack } from '../support/packs.ts';

const files = minimalPack('one') as Record<string, string>;

async function installed(fleet: Fleet): Promise<string> {
  await writeConfig(fleet);
  await fleet.writePack('one', files);
  const { result } = await fleet.apply();
  assert.equal(result.outcome, 'applied');
  return fleet.context.config.packStore.directory;
}

async function changePack(fleet: Fleet): Promise<void> {
  await fleet.writePack('one', { 'actions/hello.sh': 'echo changed\n' }, { version: '1.1.0' });
}

async function assertMended(fleet: Fleet, before: Awaited<ReturnType<typeof endState>>): Promise<void> {
  const { plan, result } = await fleet.apply();
  assert.deepEqual(
    plan.changes.map(({ action, reason }) => [action, reason.code]),
    [['repair', 'files-drifted']],
  );
  assert.equal(result.outcome, 'applied', JSON.stringify(result.packs));
  const { store } = await endState(fleet);
  for (const path of before.store) assert.ok(store.includes(path), `${path} of ${store.join('\n')}`);
  assert.deepEqual((await fleet.plan()).changes, []);
}

describe('a pack store that is not the one of the database', () => {
  for (const [name, change] of [
    ['has another id', (store: string) => writeFile(join(store, '.store.json'), '{"id":"another"}\n')],
    ['has lost its id', (store: string) => unlink(join(store, '.store.json'))],
    ['has an id that nobody can read', (store: string) => writeFile(join(store, '.store.json'), 'x')],
    ['is not mounted', (store: string) => rm(store, { recursive: true })],
  ] as const) {
    it(`because it ${name} is not written to, until it is claimed`, async () => {
      await using fleet = await createFleet();
      const store = await installed(fleet);
      await change(store);
      const listed = await readdir(store).catch(() => null);
      await changePack(fleet);
      const before = await fleet.sql('SELECT version FROM pack');
      const { code, err } = await runInside(fleet, ['apply', '--yes']);
      assert.equal(code, 1);
      assert.match(err, /\[store-mismatch\]/);
      assert.match(err, /store claim/);
      assert.deepEqual(await fleet.sql('SELECT version FROM pack'), before);
      assert.deepEqual(await readdir(store).catch(() => null), listed);
      const planned = await runInside(fleet, ['plan']);
      assert.equal(planned.code, 1);
      assert.match(planned.out + planned.err, /\[store-mismatch\]/);
      assert.match((await runInside(fleet, ['status'])).out, /\[store-mismatch\]/);
      assert.deepEqual(await readdir(store).catch(() => null), listed);
      assert.equal((await runInside(fleet, ['store', 'claim'])).code, 0);
      assert.equal((await runInside(fleet, ['apply', '--yes'])).code, 0);
      assert.deepEqual((await fleet.plan()).changes, []);
    });
  }

  it('because it belongs to another database is not written to', async () => {
    await using one = await createFleet();
    const store = await installed(one);
    await using other = await createFleet();
    const before = await endState(one);
    const { code, err } = await runInside(one, ['apply', '--yes'], { url: urlOf(other) });
    assert.equal(code, 1);
    assert.match(err, /belongs to another database.*\[store-mismatch\]/s);
    assert.deepEqual(await other.sql('SELECT ref FROM pack'), []);
    assert.deepEqual(await endState(one), before);
    assert.ok(store.startsWith(one.directory));
  });
});

describe('a pack store that somebody changed', () => {
  for (const [name, change] of [
    ['a link removed', (store: string) => unlink(join(store, 'one'))],
    ['the versioned link removed', (store: string) => unlink(join(store, 'one-1.0.0'))],
    [
      'a link that leads nowhere',
      async (store: string) => {
        await unlink(join(store, 'one'));
        await symlink('.versions/one/gone', join(store, 'one'));
      },
    ],
    [
      'an absolute link out of the store',
      async (store: string) => {
        await unlink(join(store, 'one'));
        await symlink('/etc', join(store, 'one'));
      },
    ],
    ['a version deleted', (store: string) => rm(join(store, '.versions/one'), { recursive: true })],
    ['all versions deleted', (store: string) => rm(join(store, '.versions'), { recursive: true })],
    [
      'its staging deleted',
      (store: string) => rm(join(store, '.staging'), { recursive: true }).then(() => unlink(join(store, 'one'))),
    ],
  ] as const) {
    it(`with ${name} is repaired`, async () => {
      await using fleet = await createFleet();
      const store = await installed(fleet);
      const before = await endState(fleet);
      await change(store);
      await assertMended(fleet, before);
    });
  }

  for (const [name, make] of [
    ['directory', (path: string) => mkdir(path).then(() => writeFile(join(path, 'mine.txt'), 'mine'))],
    ['file', (path: string) => writeFile(path, 'mine')],
  ] as const) {
    it(`with a ${name} where the link belongs is repaired, and nothing of that ${name} is lost`, async () => {
      await using fleet = await createFleet();
      const store = await installed(fleet);
      const before = await endState(fleet);
      await unlink(join(store, 'one'));
      await make(join(store, 'one'));
      await assertMended(fleet, before);
      const kept = (await endState(fleet)).store.filter((path) => path.endsWith(': mine'));
      assert.ok(kept.length > 0);
    });
  }

  it('with a published file changed by hand gets the published content back with the next change of the pack', async () => {
    await using fleet = await createFleet();
    const store = await installed(fleet);
    const published = join(store, 'one/actions/hello.sh');
    await chmod(published, 0o644);
    await writeFile(published, 'echo tampered\n');
    await fleet.apply();
    await unlink(join(store, 'one'));
    await fleet.apply();
    await changePack(fleet);
    await fleet.apply();
    assert.equal(await readFile(published, 'utf8'), 'echo changed\n');
    await fleet.writePack('one', files);
    const { result } = await fleet.apply();
    assert.equal(result.outcome, 'applied');
    assert.equal(await readFile(published, 'utf8'), files['actions/hello.sh']);
  });

  it('with a directory of an installer, before the pack was ever ours, keeps that directory', async () => {
    await using fleet = await createFleet();
    await writeConfig(fleet);
    await fleet.writePack('one', files);
    const store = fleet.context.config.packStore.directory;
    await fleet.write({ 'store/one/pack.yaml': 'ref: one\n', 'store/one/local.txt': 'mine' });
    const { result } = await fleet.apply();
    assert.equal(result.outcome, 'applied');
    assert.match(await readlink(join(store, 'one')), /^\.versions\/one\/1\.0\.0-/);
    assert.ok((await endState(fleet)).store.some((path) => path.endsWith(': mine')));
  });
});

describe('staging that a killed run left', () => {
  it('goes once it is old, and what another run stages now stays', async () => {
    await using fleet = await createFleet();
    const store = await installed(fleet);
    await fleet.write({
      'store/.staging/old/one/pack.yaml': 'x',
      'store/.staging/new/one/pack.yaml': 'x',
      'state/staging/old/one/pack.yaml': 'x',
    });
    const longAgo = new Date(Date.now() - 25 * 60 * 60 * 1000);
    await utimes(join(store, '.staging/old'), longAgo, longAgo);
    await utimes(join(fleet.directory, 'state/staging/old'), longAgo, longAgo);
    await changePack(fleet);
    await fleet.plan();
    await fleet.apply();
    assert.deepEqual(await readdir(join(store, '.staging')), ['new']);
    assert.deepEqual(await readdir(join(fleet.directory, 'state/staging')), []);
  });
});

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-/;

/** A small file system of its own, where this user may mount one. */
function mountSmall(directory: string, options: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', directory], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

describe('a disk', () => {
  it('that is full fails the packs that do not fit, and they are installed once there is room', async (t) => {
    await using fleet = await createFleet();
    await writeConfig(fleet);
    // One pack after the other: while the large one fills the disk, the small one does not fit either.
    const config = join(fleet.directory, 'attune.config.yaml');
    await writeFile(config, (await readFile(config, 'utf8')).replace('interval: 1s', 'interval: 1s, concurrency: 1'));
    const store = join(fleet.directory, 'store');
    await mkdir(store);
    if (!mountSmall(store, 'size=1m')) return t.skip('mounting is not permitted here');
    try {
      await fleet.writePack('small');
      await fleet.writePack('large', { 'data.bin': 'x'.repeat(2 * 1024 * 1024) });
      const { code, out, err } = await runInside(fleet, ['apply', '--yes']);
      assert.equal(code, 1);
      const told =
        /error {2}large: The pack store (\S+) cannot be used: there is no space left \(ENOSPC\); .* of 1\.0 MiB are free on the file system mounted at (\S+) \[disk-full\]\n {2}hint {2}Make room there/;
      const planned = told.exec(out);
      assert.deepEqual(planned?.slice(1), ['store', 'store'], out);
      assert.equal((out + err).match(/\[disk-full\]/g)?.length, 2, 'once in the plan, once in the result');
      assert.doesNotMatch(out + err, uuid);
      assert.doesNotMatch(out + err, /should not have happened|\[unexpected\]/);
      assert.deepEqual(await fleet.sql('SELECT ref FROM pack'), [{ ref: 'small' }]);
      execFileSync('mount', ['-o', 'remount,size=16m', store]);
      assert.equal((await runInside(fleet, ['apply', '--yes'])).code, 0);
      assert.deepEqual((await fleet.plan()).changes, []);
    } finally {
      execFileSync('umount', [store]);
    }
  });

  it('that may only be read is named, and nothing is recorded as installed', async (t) => {
    await using fleet = await createFleet();
    await writeConfig(fleet);
    const store = join(fleet.directory, 'store');
    await mkdir(store);
    if (!mountSmall(store, 'size=1m')) return t.skip('mounting is not permitted here');
    try {
      await fleet.writePack('one', files);
      await fleet.apply();
      await changePack(fleet);
      await fleet.writePack('two');
      execFileSync('mount', ['-o', 'remount,ro', store]);
      assert.equal((await runInside(fleet, ['plan'])).code, 0);
      assert.equal((await runInside(fleet, ['status'])).code, 0);
      const { code, out, err } = await runInside(fleet, ['apply', '--yes']);
      assert.equal(code, 1);
      assert.match(
        out,
        /error {2}one, two: The pack store store cannot be used: .*\(EROFS\), mounted at store \[disk-read-only\]/,
      );
      assert.equal((out + err).match(/\[disk-read-only\]/g)?.length, 1, out + err);
      assert.doesNotMatch(out + err, uuid);
      assert.doesNotMatch(out + err, /should not have happened|\[unexpected\]/);
      assert.deepEqual(await fleet.sql('SELECT version FROM pack'), [{ version: '1.0.0' }]);
      execFileSync('mount', ['-o', 'remount,rw', store]);
      assert.equal((await runInside(fleet, ['apply', '--yes'])).code, 0);
    } finally {
      execFileSync('umount', [store]);
    }
  });

  it('that is not there is made, with all directories above it', async () => {
    await using fleet = await createFleet();
    await installed(fleet);
    assert.ok((await lstat(join(fleet.directory, 'store/one'))).isSymbolicLink());
  });
});
