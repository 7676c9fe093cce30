import assert from 'node:assert/strict';
import { existsSync, readdirSync, symlinkSync } from 'node:fs';
import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { it } from 'node:test';
import { prepareEnvironments } from '../../../src/apply/prepare-environments.ts';
import { renderSweepJson, renderSweepText } from '../../../src/commands/render-store-sweep.ts';
import { planStoreSweep, storeSweep } from '../../../src/commands/store-sweep.ts';
import { lockPath } from '../../../src/environments/paths.ts';
import { acquireLock } from '../../../src/lock-file.ts';
import { versionPath } from '../../../src/store/paths.ts';
import { placeOf, shellEnvironment } from '../../environments/build-scene.ts';
import { createFleet, type Fleet } from '../../support/fleet.ts';

const versions = ['1.0.0', '2.0.0', '3.0.0', '4.0.0', '5.0.0'];
const [first, shared, latest, worked, half, building] = ['1', '2', '3', '4', '5', '6'].map((digit) =>
  shellEnvironment('mkdir "$0"; touch "$0/made"', { key: digit.repeat(32) }),
) as [Environment, Environment, Environment, Environment, Environment, Environment];
type Environment = ReturnType<typeof shellEnvironment>;

/** Versions one after the other: the first and the second have an environment of their own, one is shared, one is a worker's. */
async function installAll(fleet: Fleet): Promise<void> {
  Object.assign(fleet.context.config.packStore, { keepMs: 3_600_000 });
  for (const version of versions) {
    await fleet.writePack('one', { 'lib/text': version }, { version });
    await fleet.apply();
  }
  const rows = await fleet.sql<{ version: string; digest: string }>('SELECT version, digest FROM attune_sync.version');
  const give = async (version: string, ...environments: Environment[]) => {
    const digest = rows.find((row) => row.version === version)?.digest ?? '';
    const pack = { ref: 'one', version, digest, environments };
    assert.deepEqual(await prepareEnvironments(fleet.context, [pack]), new Map());
  };
  await give('1.0.0', first, { ...shared, link: 'shared' });
  await give('5.0.0', latest, { ...shared, link: 'shared' }, { ...worked, link: 'once' });
  await give('5.0.0', latest, { ...shared, link: 'shared' });
}

it('a sweep deletes environments that nothing leads to any more, and half ones that nobody builds', async () => {
  await using fleet = await createFleet();
  await installAll(fleet);
  const store = join(fleet.directory, 'store');
  const workers = join(fleet.directory, 'workers');
  Object.assign(fleet.context.config.environments, { directory: workers });
  await mkdir(join(workers, 'one'), { recursive: true });
  symlinkSync(placeOf(store, worked), join(workers, 'one/shell'));
  for (const one of [half, building]) await mkdir(placeOf(store, one), { recursive: true });
  await mkdir(join(store, '.environments/mine'));
  const lock = { timeoutMs: 1_000, signal: new AbortController().signal, explain: () => new Error('taken') as never };
  await mkdir(join(store, '.staging'), { recursive: true });
  const unlock = await acquireLock(join(store, lockPath(building.key)), lock);
  const shown = async () => {
    const { environments } = await planStoreSweep(fleet.context);
    return environments.map(({ path, goes, why }) => [path.slice(-1), goes, why]);
  };
  const [killed, built] = ['left by a build that was killed', 'it is being built'];
  assert.deepEqual(await shown(), [
    ['5', true, killed],
    ['6', false, built],
  ]);
  Object.assign(fleet.context.config.packStore, { keepMs: 0 });
  assert.deepEqual(await shown(), [
    ['1', true, 'no version of a pack leads to it'],
    ['5', true, killed],
    ['6', false, built],
  ]);
  const done = await storeSweep(fleet.context, { who: 'ann@here', lockTimeoutMs: 20_000 });
  await unlock();
  assert.deepEqual(
    readdirSync(join(store, '.environments')).sort(),
    ['mine', ...[shared, latest, worked, building].map(({ key }) => key)].sort(),
  );
  assert.ok(existsSync(join(store, 'one/.venv/made')));
  assert.ok(done !== null);
  const text = renderSweepText(done, { isDone: true, color: false, width: 200 });
  assert.match(text, /^- +\.environments\/1{32} +20.* deleted: no version of a pack leads to it(, \d.* KiB)?$/m);
  assert.match(text, /Deleted 2 superseded versions and 2 environments from the pack store\.\n$/);
  assert.deepEqual(
    (renderSweepJson(done, true).environments as { path: string }[]).map(({ path }) => path.slice(-1)),
    ['1', '5', '6'],
  );
});

it('a run that writes something sweeps environments too, and logs of versions that are gone', async () => {
  await using fleet = await createFleet();
  await installAll(fleet);
  Object.assign(fleet.context.config.packStore, { keepMs: 0 });
  const logs = join(fleet.directory, 'state/logs');
  await mkdir(join(logs, 'gone'));
  await writeFile(join(logs, 'gone/1.0.0-aaaaaaaaaaaa.log'), '');
  await utimes(join(logs, 'gone/1.0.0-aaaaaaaaaaaa.log'), 0, 0);
  assert.equal(readdirSync(join(logs, 'one')).length, 2);
  await fleet.writePack('one', { 'lib/text': 'six' }, { version: '6.0.0' });
  await fleet.apply();
  const keys = readdirSync(join(fleet.directory, 'store/.environments')).sort();
  assert.deepEqual(keys, [shared.key, latest.key], 'that of the version before stays');
  assert.deepEqual(readdirSync(logs), ['one']);
  assert.deepEqual(
    readdirSync(join(logs, 'one')).map((name) => name.slice(0, 5)),
    ['5.0.0'],
  );
});

it('an environment of a candidate that failed goes once it is old, and not while a link leads to the candidate', async () => {
  await using fleet = await createFleet();
  await installAll(fleet);
  const store = join(fleet.directory, 'store');
  const candidate = { ref: 'one', version: '9.0.0', digest: 'a'.repeat(64), environments: [half] };
  await mkdir(join(store, versionPath('one', '9.0.0', candidate.digest)));
  assert.deepEqual(await prepareEnvironments(fleet.context, [candidate]), new Map());
  const going = async () => {
    const { environments } = await planStoreSweep(fleet.context);
    return environments.filter(({ goes }) => goes).map(({ path }) => path.slice(-1));
  };
  assert.deepEqual(await going(), []);
  Object.assign(fleet.context.config.packStore, { keepMs: 0 });
  assert.deepEqual(await going(), ['1', '4', '5']);
  symlinkSync(versionPath('one', '9.0.0', candidate.digest), join(store, 'mine'));
  assert.deepEqual(await going(), ['1', '4']);
});
