import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, rename, stat, symlink, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { reconcile } from '../../src/reconcile.ts';
import { createFleet, type Fleet } from '../support/fleet.ts';

const old = { 'lib/text': 'old' };
const next = { 'lib/text': 'new' };

test('other users may enter the pack store and read what is published, and none what is staged', async () => {
  await using fleet = await createFleet();
  await fleet.writePack('one', old);
  await fleet.apply();
  for (const path of ['', '.versions', '.versions/one', 'one', 'one/lib', 'one-1.0.0']) {
    assert.equal((await stat(join(fleet.directory, 'store', path))).mode & 0o777, 0o755, path);
  }
  assert.equal((await stat(join(fleet.directory, 'store/one/lib/text'))).mode & 0o777, 0o644);
  assert.deepEqual(await readdir(join(fleet.directory, 'store/.staging')), []);
});

test('a pass in which nothing is new changes nothing in the pack store or the state directory', async () => {
  await using fleet = await createFleet();
  await fleet.writePack('one', old);
  await fleet.apply();
  const before = await changeTimes(fleet);
  await fleet.apply();
  await fleet.plan();
  assert.deepEqual(await changeTimes(fleet), before);
});

test('going back to a version whose published files were edited installs what was published, and keeps the edit', async () => {
  await using fleet = await createFleet();
  await fleet.writePack('one', old);
  await fleet.apply();
  await writeFile(join(fleet.directory, 'store/one/lib/text'), 'edited');
  await fleet.writePack('one', next, { version: '1.1.0' });
  await fleet.apply();
  await fleet.writePack('one', old);
  const { result } = await fleet.apply();
  assert.equal(result.outcome, 'applied');
  assert.equal(await text(fleet, 'one/lib/text'), 'old');
  const versions = await readdir(join(fleet.directory, 'store/.versions/one'));
  const changed = versions.find((name) => name.endsWith('.changed'));
  assert.equal(await text(fleet, `.versions/one/${changed}/lib/text`), 'edited');
});

test('what people put beside published files stays in use when links are repaired', async () => {
  await using fleet = await createFleet();
  await fleet.writePack('one', old);
  await fleet.apply();
  await writeFile(join(fleet.directory, 'store/one/lib/mine'), 'mine');
  await unlink(join(fleet.directory, 'store/one'));
  await symlink('nowhere', join(fleet.directory, 'store/one'));
  const { plan } = await fleet.apply();
  assert.deepEqual(
    plan.changes.map(({ action, reason }) => [action, reason.code]),
    [['repair', 'files-drifted']],
  );
  assert.deepEqual([await text(fleet, 'one/lib/text'), await text(fleet, 'one/lib/mine')], ['old', 'mine']);
});

test('a directory that another installer made is moved into the store, whole', async () => {
  await using fleet = await createFleet();
  await fleet.sql(`INSERT INTO pack (ref, label, version) VALUES ('one', 'One', '0.9.0')`);
  await mkdir(join(fleet.directory, 'store/one'), { recursive: true });
  await writeFile(join(fleet.directory, 'store/one/mine'), 'mine');
  await fleet.writePack('one', old);
  const { result } = await fleet.apply();
  assert.deepEqual(
    result.packs.map(({ action, outcome }) => [action, outcome]),
    [['adopt', 'applied']],
  );
  assert.equal(await text(fleet, 'one/lib/text'), 'old');
  const versions = await readdir(join(fleet.directory, 'store/.versions/one'));
  const found = versions.find((name) => name.startsWith('found-'));
  assert.equal(await text(fleet, `.versions/one/${found}/mine`), 'mine');
});

test('where the store was moved, Attune is told the new place, once', async () => {
  await using fleet = await createFleet();
  await fleet.writePack('one', old);
  await fleet.apply();
  const place = join(fleet.directory, 'moved');
  await rename(join(fleet.directory, 'store'), place);
  const { config } = fleet.context;
  const context = { ...fleet.context, config: { ...config, packStore: { ...config.packStore, directory: place } } };
  const apply = () => reconcile(context, { cause: 'apply', who: 'test@here', lockTimeoutMs: 20_000 });
  assert.equal((await apply()).result?.outcome, 'applied');
  assert.deepEqual(await fleet.sql('SELECT storage_path FROM pack'), [{ storage_path: `${place}/one` }]);
  assert.equal((await apply()).result?.outcome, 'unchanged');
});

test('published files get the group that is configured, and one that is missing is named', async () => {
  await using fleet = await createFleet();
  await fleet.writePack('one', old);
  const { config } = fleet.context;
  const apply = (group: string) =>
    reconcile(
      { ...fleet.context, config: { ...config, packStore: { ...config.packStore, group } } },
      { cause: 'apply', who: 'test@here', lockTimeoutMs: 20_000 },
    );
  await assert.rejects(apply('no-such-group'), { code: 'unknown-group' });
  const group = process.getuid?.() === 0 ? 54_321 : (process.getgid?.() ?? 0);
  await apply(String(group));
  for (const path of ['one/', 'one/lib', 'one/lib/text']) {
    assert.equal((await stat(join(fleet.directory, 'store', path))).gid, group, path);
  }
});

function text(fleet: Fleet, path: string): Promise<string> {
  return readFile(join(fleet.directory, 'store', path), 'utf8');
}

async function changeTimes(fleet: Fleet): Promise<Record<string, number>> {
  const times: Record<string, number> = {};
  for (const place of ['store', 'state']) {
    const below = await readdir(join(fleet.directory, place), { recursive: true });
    for (const path of ['', ...below]) {
      const { ctimeMs } = await stat(join(fleet.directory, place, path));
      times[join(place, path)] = ctimeMs;
    }
  }
  return times;
}
