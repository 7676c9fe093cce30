import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { makeRemote } from '../../examples/make-remote.ts';
import { whatToTry } from '../../examples/what-to-try.ts';

const run = promisify(execFile);
const content = join(import.meta.dirname, '..', '..', 'examples', 'remote', 'herald');
const isolated = { PATH: process.env.PATH, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
const git = async (cwd: string, ...args: string[]) => (await run('git', args, { cwd, env: isolated })).stdout.trim();

async function withDirectory(work: (directory: string) => Promise<void>): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'attune-remote-'));
  try {
    await work(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

test('the example remote has the files of its directory, programs executable, as one commit on main', () =>
  withDirectory(async (directory) => {
    const repository = join(directory, 'remotes', 'herald.git');
    await makeRemote(content, repository);
    assert.equal(await git(repository, 'rev-list', '--count', 'main'), '1');
    const listed = (await git(repository, 'ls-tree', '-r', '--format=%(objectmode) %(path)', 'main')).split('\n');
    assert.deepEqual(listed, [
      '100755 actions/announce.sh',
      '100644 actions/announce.yaml',
      '100644 pack.yaml',
      '100644 triggers/proclaimed.yaml',
    ]);
    assert.deepEqual(await readdir(join(directory, 'remotes')), ['herald.git']);
  }));

test('the example remote is the same commit wherever and whenever it is made', () =>
  withDirectory(async (directory) => {
    const repositories = ['one.git', 'two.git'].map((name) => join(directory, name));
    await Promise.all(repositories.map((repository) => makeRemote(content, repository)));
    const [one, two] = await Promise.all(repositories.map((repository) => git(repository, 'rev-parse', 'main')));
    assert.equal(one, two);
  }));

test('two that make the example remote at once leave one', () =>
  withDirectory(async (directory) => {
    const repository = join(directory, 'herald.git');
    await Promise.all([makeRemote(content, repository), makeRemote(content, repository)]);
    assert.deepEqual(await readdir(directory), ['herald.git']);
  }));

test('what was pushed to the example remote stays when it is made again', () =>
  withDirectory(async (directory) => {
    const repository = join(directory, 'herald.git');
    const clone = join(directory, 'clone');
    await makeRemote(content, repository);
    await git(directory, 'clone', '--quiet', repository, clone);
    await writeFile(join(clone, 'README.md'), 'A herald\n');
    await git(clone, 'add', '.');
    await git(clone, '-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', 'commit', '--quiet', '-m', 'Say more');
    await git(clone, 'push', '--quiet');
    await makeRemote(content, repository);
    assert.equal(await git(repository, 'log', '-1', '--format=%s', 'main'), 'Say more');
  }));

test('what npm start says to push to the example remote can be pushed twice', () =>
  withDirectory(async (directory) => {
    const repository = join(directory, '.attune', 'remotes', 'herald.git');
    await makeRemote(content, repository);
    const lines = [...whatToTry.matchAll(/^ {4}((?:rm|git|sed) .+)$/gm)].map(([, line = '']) => line);
    assert.equal(lines.length, 5);
    for (let round = 0; round < 2; round += 1) {
      await run('sh', ['-ec', lines.join('\n')], { cwd: directory, env: isolated });
      assert.equal(await git(repository, 'log', '-1', '--format=%s', 'main'), 'Whisper');
    }
    assert.match(await git(repository, 'show', 'main:actions/whisper.yaml'), /herald\.whisper/);
  }));
