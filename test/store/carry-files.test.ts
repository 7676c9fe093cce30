import assert from 'node:assert/strict';
import { chmod, lstat, mkdir, readdir, readFile, readlink, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { createFleet, type Fleet } from '../support/fleet.ts';

test('what others put beside the files of a pack is in its next version too, as it was', async () => {
  await using fleet = await createFleet();
  await fleet.writePack('one', { 'lib/text': 'old', 'lib/gone': 'left the pack later' });
  await fleet.apply();
  await put(fleet, 'one/sensors/binary', 'native', 0o755);
  await put(fleet, 'one/lib/notes', 'mine');
  await symlink('binary', join(fleet.directory, 'store/one/sensors/link'));
  await put(fleet, 'one/lib/__pycache__/text.pyc', 'made anew by whoever needs it');
  await fleet.writePack('one', { 'lib/text': 'new', 'lib/gone': null }, { version: '1.1.0' });
  await fleet.apply();
  assert.deepEqual(await list(fleet, 'one'), ['lib/notes', 'lib/text', 'pack.yaml', 'sensors/binary', 'sensors/link']);
  assert.equal(await text(fleet, 'one/lib/text'), 'new');
  assert.equal(await text(fleet, 'one/sensors/binary'), 'native');
  assert.equal((await stat(join(fleet.directory, 'store/one/sensors/binary'))).mode & 0o777, 0o755);
  assert.equal(await readlink(join(fleet.directory, 'store/one/sensors/link')), 'binary');
  assert.deepEqual((await fleet.plan()).changes, []);

  await put(fleet, 'one/later', 'mine');
  await fleet.writePack('one', { 'lib/text': 'old', 'lib/gone': 'left the pack later' });
  await fleet.apply();
  assert.deepEqual(
    (await list(fleet, 'one')).filter((path) => !path.includes('__pycache__')),
    ['later', 'lib/gone', 'lib/notes', 'lib/text', 'pack.yaml', 'sensors/binary', 'sensors/link'],
    'a version that was published before gets what came since',
  );
  assert.equal((await fleet.sql(`SELECT FROM pack WHERE checksum IS NOT NULL`)).length, 1);
});

test('a path that the pack itself has is the pack’s, also where one is a file and the other a directory', async () => {
  await using fleet = await createFleet();
  await fleet.writePack('one');
  await fleet.apply();
  await put(fleet, 'one/sensors/binary', 'mine');
  await put(fleet, 'one/lib', 'mine');
  await put(fleet, 'one/data/notes', 'mine');
  await fleet.writePack(
    'one',
    { 'sensors/binary': 'of the pack', 'lib/text': 'of the pack', data: 'of the pack' },
    { version: '1.1.0' },
  );
  await fleet.apply();
  assert.deepEqual(await list(fleet, 'one'), ['data', 'lib/text', 'pack.yaml', 'sensors/binary']);
  assert.equal(await text(fleet, 'one/sensors/binary'), 'of the pack');
});

test('an adopted pack keeps the native files that were shipped outside its source', async () => {
  await using fleet = await createFleet();
  await fleet.sql(`INSERT INTO pack (ref, label, version) VALUES ('one', 'One', '1.0.0')`);
  await put(fleet, 'one/pack.yaml', 'of the older installer');
  await put(fleet, 'one/sensors/binary', 'native', 0o755);
  await put(fleet, 'one/.git/config', 'of the older installer');
  await fleet.writePack('one', { 'lib/text': 'new' });
  await fleet.apply();
  assert.equal((await lstat(join(fleet.directory, 'store/one'))).isSymbolicLink(), true);
  assert.deepEqual(await list(fleet, 'one'), ['lib/text', 'pack.yaml', 'sensors/binary']);
  assert.match(await text(fleet, 'one/pack.yaml'), /^ref: one$/m);
  assert.equal((await stat(join(fleet.directory, 'store/one/sensors/binary'))).mode & 0o777, 0o755);
  assert.deepEqual((await fleet.plan()).changes, []);
});

async function put(fleet: Fleet, path: string, content: string, mode = 0o644): Promise<void> {
  const file = join(fleet.directory, 'store', path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, content);
  await chmod(file, mode);
}

function text(fleet: Fleet, path: string): Promise<string> {
  return readFile(join(fleet.directory, 'store', path), 'utf8');
}

/** Files and links below a path of the store. */
async function list(fleet: Fleet, path: string): Promise<string[]> {
  const root = join(fleet.directory, 'store', path);
  const below = await readdir(`${root}/`, { recursive: true });
  const kinds = await Promise.all(below.map((name) => lstat(join(root, name))));
  return below.filter((_, index) => kinds[index]?.isDirectory() === false).sort();
}
