import assert from 'node:assert/strict';
import { readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { contentKey, createContentCache } from '../../src/desired/content-cache.ts';
import { temporaryDirectory } from '../support/git.ts';

const key = contentKey('git', 'abc', 'packs/a', '1');

test('what was written is read by this and by a later process', async (t) => {
  const directory = await temporaryDirectory(t);
  const cache = createContentCache(directory);
  assert.equal(await cache.read(key), null);
  await cache.write(key, { content: 1 });
  assert.deepEqual(await cache.read(key), { content: 1 });
  assert.deepEqual(await createContentCache(directory).read(key), { content: 1 });
});

test('a file that is cut off, of another key or of another format is as good as none', async (t) => {
  const directory = await temporaryDirectory(t);
  const file = join(directory, `${key}.json`);
  const whole = { formatVersion: 1, key, value: { content: 1 } };
  for (const text of [
    JSON.stringify(whole).slice(0, -5),
    '',
    JSON.stringify({ ...whole, key: 'other' }),
    JSON.stringify({ ...whole, formatVersion: 0 }),
    JSON.stringify({ ...whole, value: null }),
  ]) {
    await writeFile(file, text);
    assert.equal(await createContentCache(directory).read(key), null, text);
  }
  await writeFile(file, JSON.stringify(whole));
  assert.deepEqual(await createContentCache(directory).read(key), { content: 1 });
});

test('a cache that cannot be written costs time only', async (t) => {
  const directory = await temporaryDirectory(t);
  await writeFile(join(directory, 'file'), '');
  const cache = createContentCache(join(directory, 'file'));
  await cache.write(key, { content: 1 });
  assert.deepEqual(await cache.read(key), { content: 1 });
  await cache.endPass();
});

test('what nobody asked for in 30 days is deleted when something new is kept', async (t) => {
  const directory = await temporaryDirectory(t);
  const cache = createContentCache(directory);
  await cache.write(key, { content: 1 });
  const old = contentKey('old');
  await cache.write(old, { content: 2 });
  await cache.endPass();
  await utimes(join(directory, `${old}.json`), 1, 1);
  await utimes(join(directory, `${key}.json`), 1, 1);
  await cache.read(key);
  await cache.write(contentKey('new'), { content: 3 });
  await cache.endPass();
  assert.deepEqual((await readdir(directory)).sort(), [`${key}.json`, `${contentKey('new')}.json`].sort());
});

test('keys differ where any part differs, also in where it begins', () => {
  assert.notEqual(contentKey('a', 'bc'), contentKey('ab', 'c'));
});
