import assert from 'node:assert/strict';
import { lstat, mkdir, readdir, readFile, rename, unlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { renderSweepJson, renderSweepText } from '../../../src/commands/render-store-sweep.ts';
import { rollback } from '../../../src/commands/rollback.ts';
import { planStoreSweep, storeSweep } from '../../../src/commands/store-sweep.ts';
import { digDeep } from '../../support/dig-deep.ts';
import { createFleet, type Fleet } from '../../support/fleet.ts';

const text = (word: string) => ({ 'lib/text': word });

/** Installs versions of a pack one after the other; nothing is swept meanwhile. */
async function installAll(fleet: Fleet, versions: readonly string[]): Promise<void> {
  const kept = withKeep(fleet, 3_600_000);
  for (const version of versions) {
    await fleet.writePack('one', text(version), { version });
    assert.equal((await kept.apply()).result.outcome, 'applied');
  }
}

/** The same fleet with another `packStore.keep`. */
function withKeep(fleet: Fleet, keepMs: number): Fleet {
  Object.assign(fleet.context.config.packStore, { keepMs });
  return fleet;
}

const sweep = (fleet: Fleet) => storeSweep(withKeep(fleet, 0).context, { who: 'ann@here', lockTimeoutMs: 20_000 });
const five = ['1.0.0', '2.0.0', '3.0.0', '4.0.0', '5.0.0'];

async function stored(fleet: Fleet): Promise<string[]> {
  const names = await readdir(join(fleet.directory, 'store/.versions/one'));
  return names
    .filter((name) => !name.endsWith('.files'))
    .map((name) => name.split('-')[0] ?? '')
    .sort();
}

function directoryOf(fleet: Fleet, version: string): Promise<string> {
  return readdir(join(fleet.directory, 'store/.versions/one')).then((names) => {
    const name = names.find((one) => one.startsWith(`${version}-`) && !one.endsWith('.files'));
    return join(fleet.directory, 'store/.versions/one', name ?? '');
  });
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

describe('a sweep of the pack store', () => {
  for (const like of ['ours', 'attune'] as const) {
    it(`deletes what is superseded, its link and what is known of it, and records who did (${like})`, async () => {
      await using fleet = await createFleet({ like });
      await installAll(fleet, five);
      const planned = await planStoreSweep(withKeep(fleet, 0).context);
      assert.deepEqual(await stored(fleet), five);
      const done = await sweep(fleet);
      assert.deepEqual(done?.swept, planned.swept);
      assert.deepEqual(await stored(fleet), ['3.0.0', '4.0.0', '5.0.0']);
      assert.equal((await readdir(join(fleet.directory, 'store/.versions/one'))).length, 6, 'notes go along');
      const links = (await readdir(join(fleet.directory, 'store'))).filter((name) => name.startsWith('one')).sort();
      assert.deepEqual(links, ['one', 'one-3.0.0', 'one-4.0.0', 'one-5.0.0']);
      assert.deepEqual(await fleet.sql(`SELECT version FROM attune_sync.version ORDER BY 1`), [
        { version: '3.0.0' },
        { version: '4.0.0' },
        { version: '5.0.0' },
      ]);
      assert.deepEqual(await fleet.sql(`SELECT cause, who FROM attune_sync.run ORDER BY id DESC LIMIT 1`), [
        { cause: 'store sweep', who: 'ann@here' },
      ]);
      assert.deepEqual((await fleet.plan()).changes, []);
      assert.deepEqual((await sweep(fleet))?.swept, []);
    });
  }

  it('comes by itself with the next run that writes something, and with none that does not', async () => {
    await using fleet = await createFleet();
    await installAll(fleet, five);
    withKeep(fleet, 0);
    await fleet.apply();
    assert.equal((await stored(fleet)).length, 5);
    await fleet.writePack('one', text('6.0.0'), { version: '6.0.0' });
    await fleet.apply();
    assert.deepEqual(await stored(fleet), ['4.0.0', '5.0.0', '6.0.0']);
  });

  for (const like of ['ours', 'attune'] as const) {
    it(`leaves what an unfinished execution may still use (${like})`, async () => {
      await using fleet = await createFleet({ like });
      await installAll(fleet, five);
      await fleet.sql(
        `INSERT INTO execution (action_ref, status, created)
         SELECT 'one.gone', 'running', installed FROM attune_sync.version WHERE version = '1.0.0'`,
      );
      assert.deepEqual((await sweep(fleet))?.swept, []);
      await fleet.sql(`UPDATE execution SET status = 'completed'`);
      assert.equal((await sweep(fleet))?.swept.length, 2);
    });
  }

  it('leaves what a rollback leads back to, and what it holds', async () => {
    await using fleet = await createFleet();
    await installAll(fleet, five);
    await rollback(fleet.context, { ref: 'one', to: '1.0.0', who: 'ann@here', lockTimeoutMs: 20_000 });
    await sweep(fleet);
    assert.deepEqual(await stored(fleet), ['1.0.0', '4.0.0', '5.0.0']);
  });

  it('leaves a version with files of others that its successor does not have as they are', async () => {
    await using fleet = await createFleet();
    await installAll(fleet, ['1.0.0']);
    await writeFile(join(fleet.directory, 'store/one/carried'), 'mine');
    await writeFile(join(fleet.directory, 'store/one/clash'), 'mine');
    await fleet.writePack('one', { ...text('2.0.0'), clash: 'of the pack' }, { version: '2.0.0' });
    await fleet.apply();
    await installAll(fleet, ['3.0.0', '4.0.0', '5.0.0', '6.0.0']);
    await writeFile(join(await directoryOf(fleet, '3.0.0'), 'lib/text'), 'edited');
    const done = await sweep(fleet);
    assert.deepEqual(
      done?.kept.filter(({ why }) => why.includes('files of others')).map(({ version }) => version),
      ['1.0.0', '3.0.0'],
    );
    assert.deepEqual(await stored(fleet), ['1.0.0', '3.0.0', '4.0.0', '5.0.0', '6.0.0']);
    assert.equal(await readFile(join(await directoryOf(fleet, '1.0.0'), 'clash'), 'utf8'), 'mine');
  });

  it('leaves what others put into the directory of a pack that was removed, and the plan of that says where', async () => {
    await using fleet = await createFleet({ sync: { removalLimit: { count: 9, percent: 100 } } });
    await fleet.writePack('other');
    await installAll(fleet, five);
    await writeFile(join(fleet.directory, 'store/one/mine'), 'mine');
    const place = (await directoryOf(fleet, '5.0.0')).slice(join(fleet.directory, 'store/').length);
    await fleet.write({ 'desired/one.yaml': null });
    const { plan, result } = await withKeep(fleet, 0).apply();
    assert.equal(result.outcome, 'applied', JSON.stringify(result.packs));
    const [note] = plan.changes[0]?.keeps.filter(({ code }) => code === 'foreign-file') ?? [];
    assert.ok(note?.sentence.includes(` in ${place}, `), note?.sentence);
    assert.deepEqual(note?.rows, ['file one/mine']);
    await sweep(fleet);
    assert.equal(await readFile(join(fleet.directory, 'store', place, 'mine'), 'utf8'), 'mine');
    await fleet.writePack('one', text('new'), { version: '6.0.0' });
    await fleet.apply();
    assert.equal(await readFile(join(fleet.directory, 'store/one/mine'), 'utf8'), 'mine');
  });

  it('never deletes what nobody recorded, and names it', async () => {
    await using fleet = await createFleet();
    await installAll(fleet, five);
    const strange = ['.versions/one/mine', '.versions/one/1.0.0-abc.changed', '.versions/other/1.0.0-aaaaaaaaaaaa'];
    for (const path of strange) await mkdir(join(fleet.directory, 'store', path), { recursive: true });
    await mkdir(join(fleet.directory, 'store/real'));
    const done = await sweep(fleet);
    assert.deepEqual(done?.unknown.map(({ path }) => path).sort(), strange.sort());
    for (const path of [...strange, 'real']) assert.ok(await exists(join(fleet.directory, 'store', path)), path);
  });

  it('keeps the last three of a pack that was removed, by the same rules', async () => {
    await using fleet = await createFleet();
    await installAll(fleet, five);
    await fleet.sql(`UPDATE attune_sync.version SET superseded = now() WHERE superseded IS NULL`);
    await fleet.sql(`DELETE FROM attune_sync.pack`);
    await unlink(join(fleet.directory, 'store/one'));
    await sweep(fleet);
    assert.deepEqual(await stored(fleet), ['3.0.0', '4.0.0', '5.0.0']);
  });

  it('touches no pack of another manager', async () => {
    await using fleet = await createFleet();
    await installAll(fleet, five);
    await fleet.sql(`UPDATE attune_sync.pack SET manager = 'other'`);
    const done = await sweep(fleet);
    assert.deepEqual([done?.swept, done?.kept, done?.unknown], [[], [], []]);
  });

  it('finishes what a killed one left half done', async () => {
    await using fleet = await createFleet();
    await installAll(fleet, five);
    const gone = await directoryOf(fleet, '1.0.0');
    const bin = join(fleet.directory, 'store/.staging/swept-killed');
    await digDeep(join(bin, 'deep'));
    await rename(gone, join(bin, '0'));
    const [old, young] = [join(bin, '../killed-run'), join(bin, '../young-run')];
    for (const path of [old, young]) await mkdir(path);
    const before = new Date(Date.now() - 25 * 3_600_000);
    await utimes(old, before, before);
    const planned = await planStoreSweep(fleet.context);
    assert.deepEqual(
      planned.staging.map(({ path, goes }) => [path, goes]),
      [
        ['.staging/killed-run', true],
        ['.staging/swept-killed', true],
        ['.staging/young-run', false],
      ],
    );
    const done = await sweep(fleet);
    assert.ok(done !== null);
    assert.deepEqual([await exists(bin), await exists(old), await exists(young)], [false, false, true]);
    const text = renderSweepText(done, { isDone: true, color: false, width: 200 });
    assert.match(text, /^- +\.staging\/killed-run +- +deleted: left by a run that was killed$/m);
    assert.match(text, /^ +\.staging\/young-run +- +kept: less than a day old, a run may be using it$/m);
    assert.match(text, /\nDeleted 2 superseded versions and 2 leftovers of killed runs from the pack store\.\n$/);
    assert.deepEqual(
      (renderSweepJson(done, true).staging as { path: string }[]).map(({ path }) => path),
      planned.staging.map(({ path }) => path),
    );
    assert.deepEqual(await stored(fleet), ['3.0.0', '4.0.0', '5.0.0']);
    assert.deepEqual((await fleet.plan()).changes, []);
  });
});
