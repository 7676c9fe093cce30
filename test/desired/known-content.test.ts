import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadDesired } from '../../src/desired/load-desired.ts';
import { checksumDirectory } from '../../src/packs/checksum.ts';
import { stageContent } from '../../src/sources/stage-content.ts';
import { createTestContext, gitDocument, tinyPack } from '../support/desired.ts';
import { createRemote, temporaryDirectory, writeFiles } from '../support/git.ts';

const below = (prefix: string, files: Record<string, string>) =>
  Object.fromEntries(Object.entries(files).map(([path, text]) => [`${prefix}/${path}`, text]));

test('a changed directory is staged again as it is then, and the old content stays known', async (t) => {
  const directory = await temporaryDirectory(t);
  await writeFiles(directory, {
    'desired/a.yaml': 'kind: Pack\nref: local\nsource: { directory: ../local }\n',
    ...below('local', tinyPack('local')),
  });
  const context = createTestContext(directory);
  const load = async (name: string) => (await loadDesired(context, { staging: join(directory, name) })).packs[0];
  const first = await load('a');
  await writeFiles(directory, { 'local/actions/hello.sh': '#!/bin/sh\necho changed\n' });
  const second = await load('b');
  assert.notEqual(second?.content.digest, first?.content.digest);
  assert.equal(await readFile(join(second?.staged ?? '', 'actions/hello.sh'), 'utf8'), '#!/bin/sh\necho changed\n');
  await writeFiles(directory, below('local', tinyPack('local')));
  const third = await load('c');
  assert.deepEqual([third?.content, third?.staged], [first?.content, undefined]);
});

test('content that is known is staged again exactly, also when the branch went on', async (t) => {
  const directory = await temporaryDirectory(t);
  const remote = await createRemote(directory, tinyPack('shop'));
  await writeFiles(directory, { 'desired/a.yaml': gitDocument('shop', remote.url) });
  const context = createTestContext(directory);
  const [pack] = (await loadDesired(context, { staging: join(directory, 'a') })).packs;
  assert.ok(pack !== undefined);
  await remote.commit({ 'actions/hello.sh': 'changed' });
  const target = join(directory, 'again');
  await stageContent(context, pack.source, target);
  assert.equal((await checksumDirectory(target)).digest, pack.content.digest);
});

test('a cache that was damaged is read past', async (t) => {
  const directory = await temporaryDirectory(t);
  const remote = await createRemote(directory, tinyPack('shop'));
  await writeFiles(directory, { 'desired/a.yaml': gitDocument('shop', remote.url) });
  const first = await loadDesired(createTestContext(directory), { staging: join(directory, 'a') });
  const contents = join(directory, 'state/contents');
  for (const name of await readdir(contents)) await writeFile(join(contents, name), '{"formatVersion":1');
  const second = await loadDesired(createTestContext(directory), { staging: join(directory, 'b') });
  assert.deepEqual(second.packs[0]?.content, first.packs[0]?.content);
  assert.ok(second.packs[0]?.staged !== undefined);
});
