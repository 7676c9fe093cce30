import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { findLeftoverLinks, removeLinks } from '../../src/store/remove-links.ts';

const made: string[] = [];
after(() => Promise.all(made.map((path) => rm(path, { recursive: true, force: true }))));

/** A store with links by name; null makes a real directory. */
async function makeStore(links: Readonly<Record<string, string | null>>): Promise<string> {
  const store = await mkdtemp(join(tmpdir(), 'store-'));
  made.push(store);
  await mkdir(join(store, '.versions'));
  for (const [name, target] of Object.entries(links)) {
    if (target === null) await mkdir(join(store, name));
    else await symlink(target, join(store, name));
  }
  return store;
}

const jira = '.versions/jira/1.0.0-abc';
const extra = '.versions/jira-extra/2.0.0-abc';

test('all links into the versions of the pack go, those of packs with a longer name and strangers stay', async () => {
  const store = await makeStore({
    jira,
    'jira-1.0.0': jira,
    'jira-0.9.0': '.versions/jira/0.9.0-abc',
    'jira-extra': extra,
    'jira-extra-2.0.0': extra,
    'jira-mine': '/elsewhere',
    'jira-real': null,
  });
  assert.deepEqual(await removeLinks(store, 'jira'), { removed: ['jira', 'jira-0.9.0', 'jira-1.0.0'], kept: [] });
  assert.deepEqual((await readdir(store)).sort(), [
    '.versions',
    'jira-extra',
    'jira-extra-2.0.0',
    'jira-mine',
    'jira-real',
  ]);
});

test('what stands in the place of the link and is not ours is named and kept', async () => {
  for (const target of [null, '/elsewhere', '../.versions/jira/1.0.0-abc', '.versions/other/1.0.0-abc']) {
    const store = await makeStore({ jira: target });
    assert.deepEqual(await removeLinks(store, 'jira'), { removed: [], kept: ['jira'] });
    assert.ok((await readdir(store)).includes('jira'));
  }
});

test('without links, and without a store, there is nothing to do', async () => {
  assert.deepEqual(await removeLinks(await makeStore({}), 'jira'), { removed: [], kept: [] });
  assert.deepEqual(await removeLinks(join(tmpdir(), 'no-such-store'), 'jira'), { removed: [], kept: [] });
  assert.deepEqual(await findLeftoverLinks(join(tmpdir(), 'no-such-store'), new Set()), []);
});

test('leftovers are packs that links of ours lead to and nobody knows', async () => {
  const store = await makeStore({
    jira,
    'jira-1.0.0': jira,
    'jira-extra': extra,
    'jira-extra-2.0.0-rc.1': extra,
    gone: '.versions/gone/1.0.0-abc',
    'half-1.0.0': '.versions/half/1.0.0-abc',
    mine: '/elsewhere',
    real: null,
  });
  assert.deepEqual(await findLeftoverLinks(store, new Set(['jira', 'jira-extra'])), ['gone', 'half']);
  assert.deepEqual(await findLeftoverLinks(store, new Set(['jira', 'gone', 'half'])), ['jira-extra']);
});
