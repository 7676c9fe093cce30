import assert from 'node:assert/strict';
import { access, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadDesired } from '../../src/desired/load-desired.ts';
import { checksumDirectory, olderChecksum } from '../../src/packs/checksum.ts';
import { createTestContext, gitDocument, tinyPack } from '../support/desired.ts';
import { countingGit, createRemote, serveSilence, temporaryDirectory, writeFiles } from '../support/git.ts';

const below = (prefix: string, files: Record<string, string>) =>
  Object.fromEntries(Object.entries(files).map(([path, text]) => [`${prefix}/${path}`, text]));

test('packs of directories and of remotes are read, and staged the first time only', async (t) => {
  const directory = await temporaryDirectory(t);
  const remote = await createRemote(directory, { ...below('a', tinyPack('one')), ...below('b', tinyPack('two')) });
  const other = await createRemote(directory, tinyPack('pinned'), 'other');
  const commit = await other.git(['rev-parse', 'main']);
  await writeFiles(directory, {
    'desired/all.yaml': [
      gitDocument('one', remote.url, '    path: a\n'),
      gitDocument('two', remote.url, '    path: b\n    branch: main\n'),
      gitDocument('pinned', other.url, `    commit: ${commit}\n`),
      'kind: Pack\nref: local\nsource: { directory: ../local }\n',
    ].join('---\n'),
    ...below('local', tinyPack('local')),
  });
  const counting = await countingGit(directory);
  const context = createTestContext(directory, { path: counting.path });
  const staging = join(directory, 'staging');
  const first = await loadDesired(context, { staging });
  assert.deepEqual(first.unreadable, []);
  assert.deepEqual(first.problems, []);
  assert.equal(first.complete, true);
  assert.deepEqual(first.entries, [{ name: 'desired', documents: 4 }]);
  assert.deepEqual(
    first.packs.map(({ ref }) => ref),
    ['local', 'one', 'pinned', 'two'],
  );
  for (const { ref, staged, content } of first.packs) {
    assert.equal(staged, join(staging, ref));
    assert.equal((await checksumDirectory(staged ?? '')).digest, content.digest);
  }
  const [, one, pinned] = first.packs;
  assert.deepEqual(one?.source, {
    type: 'git',
    url: remote.url,
    ref: 'main',
    commit: await remote.git(['rev-parse', 'main']),
    path: 'a',
    author: 'Ada Author',
    subject: 'Begin',
  });
  assert.equal(pinned?.source.type === 'git' && pinned.source.ref, commit);

  const before = (await counting.calls()).length;
  const second = await loadDesired(context, { staging: join(directory, 'staging2') });
  assert.deepEqual(
    (await counting.calls()).slice(before).map((call) => call.split(' ')[0]),
    ['ls-remote'],
    'one process for the remote that is followed, none for the commit',
  );
  assert.ok(second.packs.every(({ staged }) => staged === undefined));
  assert.deepEqual(
    second.packs.map(({ content, source }) => ({ content, source })),
    first.packs.map(({ content, source }) => ({ content, source })),
  );
  const restarted = await loadDesired(createTestContext(directory), { staging: join(directory, 'staging3') });
  assert.deepEqual(
    restarted.packs.map(({ content }) => content),
    first.packs.map(({ content }) => content),
  );
  await assert.rejects(readdir(join(directory, 'staging3')), { code: 'ENOENT' }, 'nothing new, nothing made');
});

test('desired state from a remote is one commit of it, with the packs beside it', async (t) => {
  const directory = await temporaryDirectory(t);
  const document = 'kind: Pack\nref: local\nsource: { directory: ../packs/local }\n';
  const files = { ...below('ops/packs/local', tinyPack('local')), 'ops/desired/local.yaml': document };
  const remote = await createRemote(directory, { ...files, 'other.yaml': 'not: read' });
  const counting = await countingGit(directory);
  const entry = { type: 'git', name: 'ops', url: remote.url, ref: { type: 'default' }, path: 'ops/desired' } as const;
  const context = createTestContext(directory, { desiredState: [entry], path: counting.path });
  const first = await loadDesired(context, { staging: join(directory, 'a') });
  assert.deepEqual([...first.problems, ...first.unreadable], []);
  const commit = await remote.git(['rev-parse', 'main']);
  const source = first.packs[0]?.source;
  assert.ok(source?.type === 'git');
  assert.deepEqual([source.commit, source.path], [commit, 'ops/packs/local']);
  const before = (await counting.calls()).length;
  await loadDesired(context, { staging: join(directory, 'b') });
  assert.equal((await counting.calls()).length - before, 1);
  await remote.commit({ 'ops/desired/local.yaml': null, 'ops/desired/note.txt': 'nothing here' });
  const emptied = await loadDesired(context, { staging: join(directory, 'c') });
  assert.deepEqual(emptied.entries, [{ name: 'ops', documents: 0 }]);
  await remote.commit({ 'ops/desired/note.txt': null });
  const removed = await loadDesired(context, { staging: join(directory, 'd') });
  assert.deepEqual(
    [removed.entries, removed.complete, removed.problems.map(({ code }) => code)],
    [[], false, ['git-path-missing']],
  );
});

test('every bad pack is an error of its own, and the others are read', async (t) => {
  const directory = await temporaryDirectory(t);
  const server = await serveSilence();
  t.after(() => server.close());
  const good = await createRemote(directory, tinyPack('good'));
  const packless = await createRemote(directory, below('inside', tinyPack('packless')), 'packless');
  const broken = await createRemote(
    directory,
    { ...tinyPack('broken'), 'actions/bad.yaml': 'label: no ref\n' },
    'broken',
  );
  await writeFiles(directory, below('local', tinyPack('local')));
  const digest = (await checksumDirectory(join(directory, 'local'))).digest;
  const older = await olderChecksum(join(directory, 'local'));
  await writeFiles(directory, below('sum', tinyPack('wrongsum')));
  const local = (checksum: string) => `source: { directory: ../local }\nchecksum: sha256:${checksum}\n`;
  await writeFiles(directory, {
    'desired/a.yaml': gitDocument('good', good.url),
    'desired/b.yaml': gitDocument('hangs', `${server.url}/x.git`),
    'desired/c.yaml': gitDocument('noref', good.url, '    branch: mian\n'),
    'desired/d.yaml': gitDocument('norepo', `file://${directory}/none.git`),
    'desired/e.yaml': gitDocument('packless', packless.url),
    'desired/f.yaml': gitDocument('another', good.url),
    'desired/g.yaml': gitDocument('broken', broken.url),
    'desired/h.yaml': `kind: Pack\nref: wrongsum\n${local('0'.repeat(64)).replace('local', 'sum')}`,
    'desired/i.yaml': `kind: Pack\nref: local\n${local(older)}`,
    'desired/j.yaml': 'kind: Pack\nref: nodir\nsource: { directory: ../nowhere }\n',
  });
  const context = createTestContext(directory, { git: { timeoutMs: 4_000 } });
  const staging = join(directory, 'staging');
  const desired = await loadDesired(context, { staging });
  assert.deepEqual(
    desired.packs.map(({ ref }) => ref),
    ['good'],
  );
  const table = desired.unreadable.map(({ ref, problems, retry }) => [ref, problems[0]?.code, retry]);
  assert.deepEqual(table, [
    ['another', 'ref-mismatch', false],
    ['broken', 'missing-ref', false],
    ['hangs', 'git-timeout', true],
    ['local', 'checksum-mismatch', false],
    ['nodir', 'pack-directory-missing', false],
    ['noref', 'git-ref-missing', false],
    ['norepo', 'git-not-found', false],
    ['packless', 'pack-file-missing', false],
    ['wrongsum', 'checksum-mismatch', false],
  ]);
  for (const { ref, problems } of desired.unreadable) {
    assert.ok(problems.length > 0 && problems.every(({ where }) => where !== undefined), ref);
  }
  const nowhere = desired.unreadable.find(({ ref }) => ref === 'nodir')?.problems[0];
  assert.equal(nowhere?.where?.file, join(directory, 'desired/j.yaml'), 'the document is what names it');
  assert.ok(nowhere?.message.includes(join(directory, 'nowhere')));
  const unframed = desired.unreadable.find(({ ref }) => ref === 'local')?.problems[0];
  assert.match(unframed?.message ?? '', /older, unframed form/);
  assert.ok(unframed?.hint?.includes(digest));
  assert.deepEqual(await readdir(staging), ['good']);
  assert.equal(desired.complete, true, 'a pack that cannot be read still counts as desired');
});

test('an invalid document and an unreadable entry hide nothing, and forbid to believe in absence', async (t) => {
  const directory = await temporaryDirectory(t);
  await writeFiles(directory, {
    'desired/bad.yaml': 'kind: Pack\nref: bad\nsource: [\n',
    'desired/good.yaml': 'kind: Pack\nref: local\nsource: { directory: ../local }\n',
    ...below('local', tinyPack('local')),
  });
  const [read, missing] = ['desired', 'missing'].map(
    (name) => ({ type: 'directory', name, directory: join(directory, name) }) as const,
  );
  const gone = {
    type: 'git',
    name: 'gone',
    url: `file://${directory}/no.git`,
    ref: { type: 'default' },
    path: '',
  } as const;
  assert.ok(read !== undefined && missing !== undefined);
  const invalid = await loadDesired(createTestContext(directory, { desiredState: [read] }), {
    staging: join(directory, 's'),
  });
  assert.deepEqual([invalid.packs.length, invalid.mentioned, invalid.complete], [1, ['bad'], false]);
  await writeFiles(directory, { 'desired/bad.yaml': null });
  for (const entry of [missing, gone]) {
    const context = createTestContext(directory, { desiredState: [entry, read] });
    const desired = await loadDesired(context, { staging: join(directory, `staging-${entry.name}`) });
    assert.deepEqual([desired.packs.length, desired.complete], [1, false]);
    assert.deepEqual(desired.entries, [{ name: 'desired', documents: 1 }]);
    assert.ok(desired.problems.some(({ severity }) => severity === 'error'));
  }
  const valid = await loadDesired(createTestContext(directory, { desiredState: [read] }), {
    staging: join(directory, 't'),
  });
  assert.equal(valid.complete, true);
});

test('two documents with one ref are both refused, and the ref counts as desired', async (t) => {
  const directory = await temporaryDirectory(t);
  const document = 'kind: Pack\nref: local\nsource: { directory: ../local }\n';
  await writeFiles(directory, {
    'desired/a.yaml': document,
    'desired/b.yaml': document,
    ...below('local', tinyPack('local')),
  });
  const desired = await loadDesired(createTestContext(directory), { staging: join(directory, 's') });
  assert.deepEqual([desired.packs, desired.mentioned, desired.complete], [[], ['local'], false]);
});

test('only the packs asked for are fetched, and the others count as desired', async (t) => {
  const directory = await temporaryDirectory(t);
  const remote = await createRemote(directory, tinyPack('shop'));
  await writeFiles(directory, {
    'desired/a.yaml': gitDocument('shop', remote.url),
    'desired/b.yaml': gitDocument('other', `file://${directory}/none.git`),
  });
  const options = { staging: join(directory, 'a'), targets: ['shop'] };
  const desired = await loadDesired(createTestContext(directory), options);
  assert.deepEqual([desired.packs.length, desired.unreadable, desired.mentioned], [1, [], ['other']]);
});

test('a secret of a document is known to the redactor before any pack is fetched', async (t) => {
  const directory = await temporaryDirectory(t);
  await writeFiles(directory, {
    'desired/a.yaml': `${gitDocument('shop', `file://${directory}/canary-word.git`)}config:\n  password: { fromEnv: SHOP }\n`,
  });
  const context = createTestContext(directory, { environment: { SHOP: 'canary-word' } });
  const desired = await loadDesired(context, { staging: join(directory, 'a') });
  assert.equal(desired.unreadable.length, 1);
  assert.equal(context.redactor.redact('x canary-word y'), 'x (secret) y');
  assert.ok(!JSON.stringify(desired.unreadable[0]?.document.config).includes('canary-word'));
});

test('a run that is ended says so, instead of reporting every pack as unreadable', async (t) => {
  const directory = await temporaryDirectory(t);
  const server = await serveSilence();
  t.after(() => server.close());
  await writeFiles(directory, { 'desired/a.yaml': gitDocument('hangs', `${server.url}/x.git`) });
  const controller = new AbortController();
  const context = createTestContext(directory, { signal: controller.signal });
  const loading = loadDesired(context, { staging: join(directory, 'a') });
  setTimeout(() => controller.abort(), 50);
  await assert.rejects(loading, { code: 'aborted' });
  await assert.rejects(access(join(directory, 'a/hangs')), { code: 'ENOENT' });
});
