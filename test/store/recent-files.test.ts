import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { look } from '../../src/look.ts';
import { createFleet } from '../support/fleet.ts';

const recent = { filesRecentMs: 60_000 };

test('files that were looked at a moment ago are not again, unless their pack changes or somebody asks', async () => {
  await using fleet = await createFleet();
  await fleet.writePack('one', { 'lib/a.txt': 'aaaa' });
  await fleet.writePack('two', { 'lib/a.txt': 'aaaa' });
  await fleet.apply();
  const drifting = async (options = {}) =>
    (await look(fleet.context, options)).plan.changes.map(({ ref, reason, drifted = [] }) => [
      ref,
      reason.code,
      drifted.map(({ code }) => code),
    ]);
  assert.deepEqual(await drifting(recent), []);

  for (const ref of ['one', 'two']) await writeFile(join(fleet.directory, `store/${ref}/lib/mine.txt`), 'mine');
  await writeFile(join(fleet.directory, 'store/one/lib/a.txt'), 'edited');
  assert.deepEqual(await drifting(recent), [], 'what was as published a moment ago is taken for it');
  await fleet.writePack('two', { 'lib/a.txt': 'bbbb' });
  const { plan } = await look(fleet.context, recent);
  assert.deepEqual(
    plan.changes.map(({ ref, action }) => [ref, action]),
    [['two', 'reinstall']],
  );
  assert.match(JSON.stringify(plan.changes), /mine\.txt/, 'a file that goes along with the new version is seen');

  assert.deepEqual((await drifting())[0], ['one', 'files-drifted', ['file-changed']]);
  assert.equal((await drifting(recent)).length, 2, 'what was found to have drifted is looked at every time');
});
