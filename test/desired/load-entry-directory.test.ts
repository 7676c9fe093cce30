import assert from 'node:assert/strict';
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { isEntryFile, readEntryDirectory } from '../../src/desired/read-entry-directory.ts';
import { temporaryDirectory, writeFiles } from '../support/git.ts';

const pathsOf = async (directory: string) => (await readEntryDirectory(directory)).files.map(({ path }) => path);
const codesOf = async (directory: string) => (await readEntryDirectory(directory)).problems.map(({ code }) => code);

test('YAML files are read at any depth, but not below a directory whose name begins with a dot', async (t) => {
  const directory = await temporaryDirectory(t);
  await writeFiles(directory, {
    'b.yml': '',
    'a/c.yaml': '',
    'a/x.txt': '',
    '.git/d.yaml': '',
    'a/.e/f.yaml': '',
    '.g.yaml': '',
  });
  assert.deepEqual(await pathsOf(directory), ['a/c.yaml', 'b.yml']);
  assert.deepEqual(await codesOf(directory), []);
});

test('a document whose ending is in capitals is left out with a warning', async (t) => {
  const directory = await temporaryDirectory(t);
  await writeFiles(directory, { 'a/b.YAML': '', 'c.Yml': '', 'D.yaml': '', '.E.YAML': '', 'f.TXT': '' });
  const { files, problems } = await readEntryDirectory(directory);
  assert.deepEqual(
    files.map(({ path }) => path),
    ['D.yaml'],
  );
  assert.deepEqual(
    problems.map(({ severity, code, where }) => [severity, code, where?.file]),
    ['a/b.YAML', 'c.Yml'].map((path) => ['warning', 'unknown-file', join(directory, path)]),
  );
});

test('the same rule holds for paths of a commit', () => {
  const table = {
    'a.yaml': true,
    'a/b.yml': true,
    'a.YAML': false,
    yaml: false,
    '.a/b.yaml': false,
    'a/.b.yaml': false,
  };
  for (const [path, expected] of Object.entries(table)) assert.equal(isEntryFile(path), expected, path);
});

test('links are followed as Kubernetes mounts them, and a link that goes round ends', async (t) => {
  const directory = await temporaryDirectory(t);
  await writeFiles(directory, { '..2026/a.yaml': 'kind: Pack', 'a.yaml': { link: '..data/a.yaml' }, 'in/b.yaml': '' });
  await symlink('..2026', join(directory, '..data'));
  await symlink('..', join(directory, 'in/round'));
  assert.deepEqual(await pathsOf(directory), ['a.yaml', 'in/b.yaml']);
});

test('a missing directory and a link that leads nowhere are errors, never nothing', async (t) => {
  const directory = await temporaryDirectory(t);
  assert.deepEqual(await codesOf(join(directory, 'none')), ['entry-unreadable']);
  await symlink('nowhere', join(directory, 'a.yaml'));
  assert.deepEqual(await codesOf(directory), ['entry-unreadable']);
});

test('a lock of git at the directory or above it is a warning', async (t) => {
  const directory = await temporaryDirectory(t);
  await writeFiles(directory, { '.git/index.lock': '', 'desired/a.yaml': '' });
  assert.deepEqual(await codesOf(join(directory, 'desired')), ['entry-changing']);
  assert.deepEqual(await pathsOf(join(directory, 'desired')), ['a.yaml']);
});

test('the lock of the work tree that a linked directory leads into is found too', async (t) => {
  const directory = await temporaryDirectory(t);
  await writeFiles(directory, { 'ops/.git/index.lock': '', 'ops/desired/a.yaml': '' });
  await symlink('ops/desired', join(directory, 'desired'));
  assert.deepEqual(await codesOf(join(directory, 'desired')), ['entry-changing']);
});

test('the lock of a linked work tree or submodule, whose .git is a file, is found too', async (t) => {
  const directory = await temporaryDirectory(t);
  await writeFiles(directory, {
    'ops/.git': 'gitdir: ../main/.git/worktrees/ops\n',
    'ops/desired/a.yaml': '',
    'main/.git/worktrees/ops/HEAD': '',
  });
  assert.deepEqual(await codesOf(join(directory, 'ops/desired')), []);
  await writeFiles(directory, { 'main/.git/worktrees/ops/index.lock': '' });
  assert.deepEqual(await codesOf(join(directory, 'ops/desired')), ['entry-changing']);
});
