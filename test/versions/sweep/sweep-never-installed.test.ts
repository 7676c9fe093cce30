import assert from 'node:assert/strict';
import { lstat, mkdir, readdir, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { renderSweepJson, renderSweepText } from '../../../src/commands/render-store-sweep.ts';
import { planStoreSweep, storeSweep } from '../../../src/commands/store-sweep.ts';
import { publishVersion } from '../../../src/store/publish-version.ts';
import { planSweep } from '../../../src/versions/sweep/plan-sweep.ts';
import { createFleet, type Fleet } from '../../support/fleet.ts';

const contents = ['aaaaaaaaaaaa', 'bbbbbbbbbbbb', 'cccccccccccc', 'dddddddddddd', 'eeeeeeeeeeee'] as const;
const [untouched, edited, joined, linked, young] = contents.map((content) => `.versions/one/2.0.0-${content}`);

/** Publishes contents of a pack that no run records, as one does whose tests fail. */
async function publishAll(fleet: Fleet): Promise<string> {
  const store = join(fleet.directory, 'store');
  for (const content of contents) {
    const staged = join(store, '.staging', content);
    await mkdir(join(staged, 'lib'), { recursive: true });
    await writeFile(join(staged, 'lib/text'), content);
    await publishVersion(store, staged, { ref: 'one', version: '2.0.0', digest: content.padEnd(64, '0') }, null);
    const directory = join(store, `.versions/one/2.0.0-${content}`);
    await symlink(`../../../.environments/${'0'.repeat(32)}/virtualenv`, join(directory, 'virtualenv'));
  }
  await writeFile(join(store, `${edited}`, 'lib/text'), 'edited by hand');
  await writeFile(join(store, `${joined}`, 'mine'), 'mine');
  await symlink(`${linked}/lib`, join(store, 'canary'));
  for (const content of contents) {
    const path = join(store, `.versions/one/2.0.0-${content}`);
    const before = new Date(Date.now() - (path.endsWith(`${young}`) ? 30 : 120) * 60_000);
    for (const one of [path, `${path}.files`]) await utimes(one, before, before);
  }
  return store;
}

describe('a sweep of versions that were never installed', () => {
  it('takes those that nobody touched and nothing leads to, with their notes, and leaves and names the others', async () => {
    await using fleet = await createFleet();
    await fleet.writePack('one', { 'lib/text': 'one' }, { version: '1.0.0' });
    await fleet.apply();
    Object.assign(fleet.context.config.packStore, { keepMs: 0 });
    const store = await publishAll(fleet);
    const { neverInstalled } = await planSweep(fleet.context, fleet.context.database.knex, false);
    assert.deepEqual(
      neverInstalled.map(({ path, goes }) => [path, goes]),
      [
        [untouched, true],
        [young, false],
      ],
    );
    const done = await storeSweep(fleet.context, { who: 'ann@here', lockTimeoutMs: 20_000 });
    assert.ok(done !== null);
    assert.deepEqual(done.unknown.map(({ path }) => path).sort(), [edited, joined, linked].sort());
    const text = renderSweepText(done, { isDone: true, color: false, width: 200 });
    assert.match(text, /^- +\.versions\/one\/2\.0\.0-a{12} +\d{4}-\S+ \S+ .*deleted: never installed$/m);
    assert.match(text, /kept: never installed, published less than an hour ago$/m);
    assert.match(text, /\nDeleted 1 version that was never installed from the pack store\.\n$/);
    assert.equal((renderSweepJson(done, true).neverInstalled as unknown[]).length, 2);
    const names = await readdir(join(store, '.versions/one'));
    assert.deepEqual(
      names.filter((name) => name.startsWith('2.0.0-a')),
      [],
    );
    assert.equal(names.length, 2 * contents.length);
    assert.deepEqual((await fleet.plan()).changes, []);
  });

  it('takes the note of one that a killed sweep moved away', async () => {
    await using fleet = await createFleet();
    await fleet.writePack('one');
    await fleet.apply();
    Object.assign(fleet.context.config.packStore, { keepMs: 0 });
    const note = join(fleet.directory, 'store', `${untouched}.files`);
    await writeFile(note, '[]\n');
    const before = new Date(Date.now() - 120 * 60_000);
    await utimes(note, before, before);
    await storeSweep(fleet.context, { who: 'ann@here', lockTimeoutMs: 20_000 });
    assert.equal(await lstat(note).catch(() => null), null);
    assert.deepEqual((await planStoreSweep(fleet.context)).neverInstalled, []);
  });
});
