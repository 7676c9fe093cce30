import assert from 'node:assert/strict';
import { access, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { SyncError } from '../../../src/errors.ts';
import { askRemote } from '../../../src/sources/git/ask-remote.ts';
import { exportPack } from '../../../src/sources/git/export-commit.ts';
import { listRefs } from '../../../src/sources/git/list-refs.ts';
import { parseRemote } from '../../../src/sources/git/parse-remote.ts';
import { createRemote, serveSilence, temporaryDirectory } from '../../support/git.ts';
import { createTestGit } from '../../support/git-handle.ts';

/** Command lines of every process that runs now. */
async function commandLines(): Promise<string[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  return Promise.all(ids.map((id) => readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')));
}

test('a remote that hangs is given up at the deadline, and nothing of git runs on', async (t) => {
  const directory = await temporaryDirectory(t);
  const server = await serveSilence();
  t.after(() => server.close());
  const git = createTestGit(directory, { timeoutMs: 400 });
  const began = performance.now();
  await assert.rejects(listRefs(git, `${server.url}/hangs.git`), { code: 'git-timeout', retry: 'soon' });
  assert.ok(performance.now() - began < 5_000);
  if (process.platform !== 'linux') return;
  assert.deepEqual(
    (await commandLines()).filter((line) => line.includes(String(server.port))),
    [],
  );
});

test('an abort ends a git process at once, and says that the run was ended', async (t) => {
  const directory = await temporaryDirectory(t);
  const server = await serveSilence();
  t.after(() => server.close());
  const controller = new AbortController();
  const git = createTestGit(directory, { signal: controller.signal });
  const asked = listRefs(git, `${server.url}/hangs.git`);
  setImmediate(() => controller.abort());
  await assert.rejects(asked, { code: 'aborted' });
});

test('a server that refuses the connection is unreachable, and is tried again', async (t) => {
  const directory = await temporaryDirectory(t);
  const server = await serveSilence();
  await server.close();
  const asked = listRefs(createTestGit(directory), `${server.url}/gone.git`);
  await assert.rejects(asked, { code: 'git-unreachable', retry: 'soon' });
});

test('URLs that git would take for options or programs, unknown forms, and credentials are refused', () => {
  const table: readonly (readonly [string, string])[] = [
    ['', 'git-url-invalid'],
    ['-upload-pack=touch /tmp/x', 'git-url-invalid'],
    ['--upload-pack=x', 'git-url-invalid'],
    ['ssh://-oProxyCommand=x/y', 'git-url-invalid'],
    ['-oProxyCommand=x:y', 'git-url-invalid'],
    ['https://exa mple.com/x', 'git-url-invalid'],
    ['https://example.com/x\nHost: y', 'git-url-invalid'],
    ['relative/path', 'git-url-invalid'],
    ['https:///x', 'git-url-invalid'],
    ['ext::sh -c touch% /tmp/x'.replaceAll(' ', ''), 'git-transport-refused'],
    ['fd::17', 'git-transport-refused'],
    ['http://example.com/x', 'git-transport-refused'],
    ['git://example.com/x', 'git-transport-refused'],
    ['ftp://example.com/x', 'git-transport-refused'],
    ['https://ada:canary-word@example.com/x', 'git-url-credentials'],
    ['https://canary-word@example.com/x', 'git-url-credentials'],
    ['ssh://ada:canary-word@example.com/x', 'git-url-credentials'],
  ];
  for (const [url, code] of table) {
    assert.throws(
      () => parseRemote(url, ['https', 'ssh', 'file']),
      (error: unknown) => {
        assert.ok(error instanceof SyncError, url);
        assert.equal(error.code, code, url);
        assert.ok(!JSON.stringify(error.problems).includes('canary'), url);
        return true;
      },
    );
  }
});

test('every usual form of a URL is understood', () => {
  const table: readonly (readonly [string, string, string, string, string])[] = [
    ['https://Example.com:8443/a.git', 'https', 'example.com', '8443', ''],
    ['ssh://git@example.com:22/a.git', 'ssh', 'example.com', '22', 'git'],
    ['git@example.com:ops/a.git', 'ssh', 'example.com', '', 'git'],
    ['example.com:ops/a.git', 'ssh', 'example.com', '', ''],
    ['file:///srv/a.git', 'file', '', '', ''],
    ['/srv/a.git', 'file', '', '', ''],
    ['https://[::1]:8443/a.git', 'https', '[::1]', '8443', ''],
  ];
  for (const [url, transport, host, port, user] of table) {
    assert.deepEqual(parseRemote(url, ['https', 'ssh', 'file']), { url, transport, host, port, user });
  }
});

test('git itself refuses a transport that is not allowed, whatever we let through', async (t) => {
  const directory = await temporaryDirectory(t);
  const git = createTestGit(directory, { transports: ['https'] });
  for (const url of [`file://${directory}/x.git`, `ext::touch% ${directory}/touched`, 'http://127.0.0.1:1/x']) {
    const asked = askRemote(git, 'https://127.0.0.1:1/allowed', ['ls-remote', '--', url]);
    await assert.rejects(asked, { code: 'git-transport-refused' }, url);
  }
  await assert.rejects(access(join(directory, 'touched')), { code: 'ENOENT' });
});

test('links and submodules are refused by name, all at once, and nothing is written', async (t) => {
  const directory = await temporaryDirectory(t);
  const remote = await createRemote(directory, { 'pack.yaml': 'ref: x\n', 'actions/way-out': { link: '../../etc' } });
  const tree = await remote.git(['rev-parse', 'main^{tree}']);
  const listing = await remote.git(['ls-tree', tree]);
  const withSubmodule = await remote.git(
    ['mktree', '--missing'],
    `${listing}\n160000 commit 0123456789012345678901234567890123456789\tvendor\n`,
  );
  const commit = await remote.git(['commit-tree', '-m', 'x', withSubmodule]);
  await remote.git(['update-ref', 'refs/heads/main', commit]);
  const target = join(directory, 'out');
  await assert.rejects(exportPack(createTestGit(directory), { url: remote.url, commit, path: '' }, target), (error) => {
    assert.ok(error instanceof SyncError);
    assert.deepEqual(error.problems.map(({ code }) => code).sort(), ['tree-link', 'tree-submodule']);
    return true;
  });
  await assert.rejects(access(target), { code: 'ENOENT' });
});

for (const name of ['..', '.git', '.GIT', 'git~1']) {
  test(`a tree with an entry named ${name} is refused`, async (t) => {
    const directory = await temporaryDirectory(t);
    const remote = await createRemote(directory, { 'pack.yaml': 'ref: x\n' });
    const blob = await remote.git(['rev-parse', 'main:pack.yaml']);
    const inner = await remote.git(['mktree'], `100644 blob ${blob}\tevil\n`);
    const tree = await remote.git(['mktree'], `100644 blob ${blob}\tpack.yaml\n040000 tree ${inner}\t${name}\n`);
    const commit = await remote.git(['commit-tree', '-m', 'x', tree]);
    await remote.git(['update-ref', 'refs/heads/main', commit]);
    const exported = exportPack(
      createTestGit(directory),
      { url: remote.url, commit, path: '' },
      join(directory, 'out'),
    );
    await assert.rejects(exported, (error) => {
      assert.ok(error instanceof SyncError);
      assert.ok(['git-unsafe-objects', 'tree-refused'].includes(error.code), error.message);
      return true;
    });
    await assert.rejects(access(join(directory, 'evil')), { code: 'ENOENT' });
  });
}

test('files that differ only in case, and names that are not UTF-8, are refused', async (t) => {
  const directory = await temporaryDirectory(t);
  const remote = await createRemote(directory, { 'pack.yaml': 'x', 'actions/Run.sh': '', 'actions/run.sh': '' });
  const commit = await remote.git(['rev-parse', 'main']);
  const git = createTestGit(directory);
  const codes = (error: unknown) => (error instanceof SyncError ? error.problems.map(({ code }) => code) : [error]);
  const source = { url: remote.url, commit, path: '' };
  const collided = await exportPack(git, source, join(directory, 'a')).then(() => [], codes);
  assert.deepEqual(collided, ['tree-case']);
  const blob = await remote.git(['rev-parse', 'main:pack.yaml']);
  // mktree -z takes the name as it is; \udcff would not survive as text, so Latin-1 bytes are given by escape.
  const tree = await remote.git(['mktree'], `100644 blob ${blob}\t"bad\\377"\n100644 blob ${blob}\tpack.yaml\n`);
  const bad = await remote.git(['commit-tree', '-m', 'x', tree]);
  await remote.git(['update-ref', 'refs/heads/main', bad]);
  const named = await exportPack(git, { ...source, commit: bad }, join(directory, 'b')).then(() => [], codes);
  assert.deepEqual(named, ['tree-name']);
});
