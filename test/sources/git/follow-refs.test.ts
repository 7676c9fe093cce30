import assert from 'node:assert/strict';
import { chown, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { GitRef } from '../../../src/config/config.ts';
import { SyncError } from '../../../src/errors.ts';
import { exportPack } from '../../../src/sources/git/export-commit.ts';
import type { Git } from '../../../src/sources/git/git.ts';
import { listRefs } from '../../../src/sources/git/list-refs.ts';
import { resolveRef } from '../../../src/sources/git/resolve-ref.ts';
import { createRemote, runTestGit, temporaryDirectory } from '../../support/git.ts';
import { createTestGit } from '../../support/git-handle.ts';

const pack = (version: string) => `ref: shop\nversion: ${version}\n`;

async function versionAt(git: Git, url: string, ref: GitRef, target: string, path = ''): Promise<string> {
  const { commit, remoteRef } = resolveRef(await listRefs(git, url), ref, url);
  await exportPack(git, { url, commit, path, ...(remoteRef === undefined ? {} : { remoteRef }) }, target);
  return (await readFile(join(target, 'pack.yaml'), 'utf8')).split('version: ')[1]?.trim() ?? '';
}

test('a branch, an annotated tag, a commit that is no tip, and the default branch are each followed', async (t) => {
  const directory = await temporaryDirectory(t);
  const remote = await createRemote(directory, { 'pack.yaml': pack('1') });
  const second = await remote.commit({ 'pack.yaml': pack('2') });
  await remote.tag('v2');
  await remote.commit({ 'pack.yaml': pack('3') });
  await remote.branch('next');
  await remote.commit({ 'pack.yaml': pack('4') });
  const git = createTestGit(directory);
  const cases: readonly (readonly [GitRef, string])[] = [
    [{ type: 'default' }, '3'],
    [{ type: 'branch', branch: 'next' }, '4'],
    [{ type: 'tag', tag: 'v2' }, '2'],
    [{ type: 'commit', commit: second }, '2'],
  ];
  for (const [index, [ref, version]] of cases.entries()) {
    assert.equal(await versionAt(git, remote.url, ref, join(directory, `out${index}`)), version, ref.type);
  }
});

test('a tag that moved and a branch that was pushed by force are followed to where they point now', async (t) => {
  const directory = await temporaryDirectory(t);
  const remote = await createRemote(directory, { 'pack.yaml': pack('1') });
  await remote.tag('stable');
  const second = await remote.commit({ 'pack.yaml': pack('2') });
  const git = createTestGit(directory);
  assert.equal(await versionAt(git, remote.url, { type: 'tag', tag: 'stable' }, join(directory, 'a')), '1');
  assert.equal(await versionAt(git, remote.url, { type: 'branch', branch: 'main' }, join(directory, 'b')), '2');
  await remote.tag('stable');
  await remote.forget(second);
  await remote.commit({ 'pack.yaml': pack('3') });
  assert.equal(await versionAt(git, remote.url, { type: 'tag', tag: 'stable' }, join(directory, 'c')), '2');
  assert.equal(await versionAt(git, remote.url, { type: 'branch', branch: 'main' }, join(directory, 'd')), '3');
});

test('a path inside the repository becomes the root of what is written', async (t) => {
  const directory = await temporaryDirectory(t);
  const files = { 'packs/a b/pack.yaml': pack('1'), 'packs/a b/actions/x.yaml': 'x', 'other.txt': 'no' };
  const remote = await createRemote(directory, files);
  const target = join(directory, 'out');
  assert.equal(await versionAt(createTestGit(directory), remote.url, { type: 'default' }, target, 'packs/a b'), '1');
  assert.equal(await readFile(join(target, 'actions/x.yaml'), 'utf8'), 'x');
  await assert.rejects(readFile(join(target, 'other.txt')), { code: 'ENOENT' });
});

test('a missing branch or tag is an error that names the nearest there are', async (t) => {
  const directory = await temporaryDirectory(t);
  const remote = await createRemote(directory, { 'pack.yaml': pack('1') });
  await remote.tag('v1.0.0');
  const refs = await listRefs(createTestGit(directory), remote.url);
  const cases: readonly (readonly [GitRef, RegExp, RegExp])[] = [
    [{ type: 'branch', branch: 'mian' }, /no branch "mian"/, /nearest it has: main/],
    [{ type: 'tag', tag: 'v1.0' }, /no tag "v1.0"/, /nearest it has: v1.0.0/],
    [{ type: 'branch', branch: 'v1.0.0' }, /no branch/, /write tag: v1.0.0/],
    [{ type: 'tag', tag: 'main' }, /no tag/, /write branch: main/],
  ];
  for (const [ref, message, hint] of cases) {
    assert.throws(
      () => resolveRef(refs, ref, remote.url),
      (error: unknown) => {
        assert.ok(error instanceof SyncError);
        assert.equal(error.code, 'git-ref-missing');
        assert.match(error.message, message);
        assert.match(error.problems[0]?.hint ?? '', hint);
        return true;
      },
    );
  }
});

test('an empty repository, a missing one, and a commit that nobody has are each an error of their own', async (t) => {
  const directory = await temporaryDirectory(t);
  const git = createTestGit(directory);
  const remote = await createRemote(directory, { 'pack.yaml': pack('1') });
  await remote.git(['update-ref', '-d', 'refs/heads/main']);
  const empty = await listRefs(git, remote.url);
  assert.throws(() => resolveRef(empty, { type: 'default' }, remote.url), { code: 'git-ref-missing' });
  await assert.rejects(listRefs(git, `file://${directory}/none.git`), { code: 'git-not-found', retry: 'on-change' });
  const full = await createRemote(directory, { 'pack.yaml': pack('1') }, 'full');
  const gone = { url: full.url, commit: '0123456789012345678901234567890123456789', path: '' };
  await assert.rejects(exportPack(git, gone, join(directory, 'out')), { code: 'git-commit-missing' });
});

test('a server that gives out no single commits is asked for the ref, then for everything', async (t) => {
  const directory = await temporaryDirectory(t);
  const remote = await createRemote(directory, { 'pack.yaml': pack('1') });
  const first = await remote.git(['rev-parse', 'main']);
  await remote.commit({ 'pack.yaml': pack('2') });
  const git = createTestGit(directory);
  await git.ready();
  // The older protocol refuses commits that no ref points to.
  const config = join(git.home, 'config');
  const text = (await readFile(config, 'utf8')).replace('version = 2', 'version = 0');
  await writeFile(config, text);
  const target = join(directory, 'out');
  await exportPack(git, { url: remote.url, commit: first, path: '', remoteRef: 'refs/heads/main' }, target);
  assert.equal(await readFile(join(target, 'pack.yaml'), 'utf8'), pack('1'));
});

test('a repository whose objects have SHA-256 names is fetched too', async (t) => {
  const directory = await temporaryDirectory(t);
  const path = join(directory, 'sha256');
  await runTestGit(directory, ['init', '-q', '--object-format=sha256', '-b', 'main', path]);
  await writeFile(join(path, 'pack.yaml'), pack('1'));
  await runTestGit(path, ['add', '.']);
  await runTestGit(path, ['commit', '-q', '-m', 'x']);
  const git = createTestGit(directory);
  assert.equal(await versionAt(git, `file://${path}`, { type: 'default' }, join(directory, 'out')), '1');
});

test('a repository on this machine that belongs to another user is read', async (t) => {
  if (process.getuid?.() !== 0) return t.skip('only root can give a directory away');
  const directory = await temporaryDirectory(t);
  const remote = await createRemote(directory, { 'pack.yaml': pack('1') });
  await chown(remote.path, 65534, 65534);
  const git = createTestGit(directory);
  assert.equal(await versionAt(git, remote.url, { type: 'default' }, join(directory, 'out')), '1');
});

test('a repository without pack.yaml says where there are some', async (t) => {
  const directory = await temporaryDirectory(t);
  const git = createTestGit(directory);
  const remote = await createRemote(directory, { 'packs/one/pack.yaml': pack('1'), 'packs/two/pack.yaml': pack('1') });
  const commit = await remote.git(['rev-parse', 'main']);
  for (const path of ['', 'packs', 'nowhere']) {
    await assert.rejects(
      exportPack(git, { url: remote.url, commit, path }, join(directory, 'out')),
      (error: unknown) => {
        assert.ok(error instanceof SyncError);
        assert.equal(error.code, 'pack-file-missing');
        assert.match(error.message, path === '' ? /its root/ : new RegExp(`directory ${path}`));
        assert.match(error.problems[0]?.hint ?? '', /packs\/one, packs\/two/);
        return true;
      },
    );
  }
});
