import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { readMark } from '../../src/environments/read-mark.ts';
import type { SyncError } from '../../src/errors.ts';
import { createScene, hasCode, needing, placeOf, shellEnvironment } from './build-scene.ts';

test('what stands where an environment belongs and is none makes way for it', async (t) => {
  const { store, publish, prepare } = await createScene(t);
  await publish('pond');
  const environment = shellEnvironment('mkdir "$0"');
  const place = join(placeOf(store, environment), '..');
  await mkdir(join(place, '..'), { recursive: true });
  await writeFile(place, 'a file');
  await prepare(needing('pond', environment));
  assert.notEqual(readMark(store, environment.key), null);
});

test('a build that puts a directory where its mark belongs is marked all the same', async (t) => {
  const { store, publish, prepare } = await createScene(t);
  await publish('pond');
  const environment = shellEnvironment('mkdir "$0"; cd "$0/.."; mkdir .complete .complete.draft; touch .complete/x');
  await prepare(needing('pond', environment));
  assert.notEqual(readMark(store, environment.key), null);
});

test('a build that fails leaves nothing, also where it made directories deeper than paths can be long', async (t) => {
  const { store, publish, prepare } = await createScene(t);
  await publish('pond');
  const dig = 'for (let i = 0; i < 60; i++) { fs.mkdirSync("x".repeat(200)); process.chdir("x".repeat(200)); }';
  const environment = shellEnvironment(`mkdir "$0"; cd "$0"; node -e '${dig}'; exit 1`);
  await assert.rejects(prepare(needing('pond', environment)), hasCode('environment-failed'));
  assert.deepEqual(readdirSync(join(store, '.environments')), []);
});

test('a build that makes a file whose name is no text is told so, and leaves nothing', async (t) => {
  const { store, publish, prepare, logOf } = await createScene(t);
  await publish('pond');
  const environment = shellEnvironment('mkdir -p "$0/lib"; touch "$0/lib/$(printf "caf\\351")"');
  await assert.rejects(prepare(needing('pond', environment)), (error: SyncError) => {
    assert.equal(error.code, 'environment-failed');
    assert.match(error.message, /\.venv\/lib\/caf\ufffd has a name that is not UTF-8/);
    return true;
  });
  assert.match(readFileSync(logOf('pond'), 'utf8'), /core\.shell is not whole: \.venv\/lib\/caf\ufffd has a name/);
  assert.deepEqual(readdirSync(join(store, '.environments')), []);
  assert.deepEqual(readdirSync(join(store, '.staging')), []);
});

test('a name that merely holds the sign for what is no text is one', async (t) => {
  const { store, publish, prepare } = await createScene(t);
  await publish('pond');
  const environment = shellEnvironment('mkdir "$0"; touch "$0/$(printf "\\357\\277\\275")"');
  await prepare(needing('pond', environment));
  assert.notEqual(readMark(store, environment.key), null);
});
