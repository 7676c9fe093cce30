import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { access, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import { SyncError } from '../../../src/errors.ts';
import { Secret } from '../../../src/secret.ts';
import { exportPack } from '../../../src/sources/git/export-commit.ts';
import { listRefs } from '../../../src/sources/git/list-refs.ts';
import { countingGit, createRemote, serveHttp, temporaryDirectory } from '../../support/git.ts';
import { createTestGit } from '../../support/git-handle.ts';

const run = promisify(execFile);
const token = 'canary-4f9c-token/with+signs';

async function textsBelow(directory: string): Promise<string> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const texts = await Promise.all(files.map((entry) => readFile(join(entry.parentPath, entry.name), 'latin1')));
  return texts.join('\n');
}

test('a token never leaves this machine over plain http', async (t) => {
  const directory = await temporaryDirectory(t);
  const git = createTestGit(directory, { hosts: { 'git.example.com': { token: new Secret(token) } } });
  await assert.rejects(listRefs(git, 'http://git.example.com/ops.git'), { code: 'git-token-unencrypted' });
});

test('a private repository over HTTP is fetched by token, which stands in no argument, file or log', async (t) => {
  const directory = await temporaryDirectory(t);
  const remote = await createRemote(directory, { 'pack.yaml': 'ref: shop\n' });
  const server = await serveHttp(directory, { token });
  t.after(() => server.close());
  const counting = await countingGit(directory);
  const hosts = { [`127.0.0.1:${server.port}`]: { token: new Secret(token) } };
  const git = createTestGit(directory, { hosts, path: counting.path });
  const url = `${server.url}/remote.git`;
  const commit = (await listRefs(git, url)).branches.get('main') ?? '';
  assert.equal(commit, await remote.git(['rev-parse', 'main']));
  await exportPack(git, { url, commit, path: '' }, join(directory, 'out'));
  assert.equal(await readFile(join(directory, 'out/pack.yaml'), 'utf8'), 'ref: shop\n');
  const everything = [await textsBelow(git.stateDir), ...(await counting.calls()), ...git.lines].join('\n');
  assert.match(everything, /ls-remote/);
  assert.ok(!everything.includes('canary'));
});

test('a wrong or missing token is refused with a hint where to write it, and is shown nowhere', async (t) => {
  const directory = await temporaryDirectory(t);
  await createRemote(directory, { 'pack.yaml': 'ref: shop\n' });
  const server = await serveHttp(directory, { token });
  t.after(() => server.close());
  for (const hosts of [{ '127.0.0.1': { token: new Secret('canary-wrong') } }, {}]) {
    const git = createTestGit(directory, { hosts });
    await assert.rejects(listRefs(git, `${server.url}/remote.git`), (error: unknown) => {
      assert.ok(error instanceof SyncError);
      assert.equal(error.code, 'git-auth-failed');
      assert.match(error.problems[0]?.hint ?? '', /git\.hosts\.127\.0\.0\.1\.token/);
      assert.ok(!JSON.stringify([error.message, error.problems, git.lines]).includes('canary'));
      return true;
    });
  }
});

test('a repository that an HTTP server does not have is not found', async (t) => {
  const directory = await temporaryDirectory(t);
  const server = await serveHttp(directory);
  t.after(() => server.close());
  const git = createTestGit(directory);
  await assert.rejects(listRefs(git, `${server.url}/none.git`), { code: 'git-not-found' });
});

test('only a host with inherit: true sees the caller’s own git set-up, and never its hooks or other repositories', async (t) => {
  const directory = await temporaryDirectory(t);
  const remote = await createRemote(directory, { 'pack.yaml': 'ref: shop\n' });
  const elsewhere = '[url "file://%s/"]\n\tinsteadOf = http://127.0.0.1:1/\n'.replace('%s', directory);
  await writeFile(join(directory, '.gitconfig'), elsewhere);
  const environment = { HOME: directory, GIT_DIR: '/nowhere', GIT_CONFIG_NOSYSTEM: '1' };
  const url = 'http://127.0.0.1:1/remote.git';
  const inherited = createTestGit(directory, { environment, hosts: { '127.0.0.1': { inherit: true } } });
  const { head } = await listRefs(inherited, url);
  assert.equal(head?.commit, await remote.git(['rev-parse', 'main']));
  await exportPack(inherited, { url, commit: head?.commit ?? '', path: '' }, join(directory, 'out'));
  await assert.rejects(listRefs(createTestGit(directory, { environment }), url), { code: 'git-unreachable' });
});

interface SshServer {
  readonly port: number;
  readonly key: string;
  readonly knownHosts: string;
}

/** A real sshd for this user on a port of its own; null where there is none to be had. */
async function serveSsh(t: TestContext, directory: string): Promise<SshServer | null> {
  const sshd = '/usr/sbin/sshd';
  if (/(nologin|false)$/.test(userInfo().shell ?? '')) return null;
  try {
    await access(sshd);
    if (process.getuid?.() === 0) await mkdir('/run/sshd', { recursive: true });
    const home = join(directory, 'sshd');
    await mkdir(home, { mode: 0o700 });
    for (const name of ['host', 'user'])
      await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(home, name)]);
    await writeFile(join(home, 'authorized'), await readFile(join(home, 'user.pub')), { mode: 0o600 });
    const port = await freePort();
    const settings = [
      `Port ${port}`,
      'ListenAddress 127.0.0.1',
      `HostKey ${home}/host`,
      `AuthorizedKeysFile ${home}/authorized`,
      'StrictModes no',
      'UsePAM no',
      'PasswordAuthentication no',
      'KbdInteractiveAuthentication no',
      'PidFile none',
    ];
    await writeFile(join(home, 'config'), `${settings.join('\n')}\n`);
    const server = spawn(sshd, ['-D', '-e', '-f', join(home, 'config')], { stdio: ['ignore', 'ignore', 'pipe'] });
    t.after(() => void server.kill());
    const listening = await new Promise<boolean>((resolve) => {
      server.once('exit', () => resolve(false));
      server.stderr.on('data', (chunk) => String(chunk).includes('listening') && resolve(true));
    });
    if (!listening) return null;
    const hostKey = await readFile(join(home, 'host.pub'), 'utf8');
    await writeFile(join(home, 'known hosts'), `[127.0.0.1]:${port} ${hostKey}`);
    return { port, key: join(home, 'user'), knownHosts: join(home, 'known hosts') };
  } catch {
    return null;
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

test('SSH uses the key and the known hosts that are named, and refuses everything else', async (t) => {
  const directory = await temporaryDirectory(t);
  const server = await serveSsh(t, directory);
  if (server === null) return t.skip('no sshd that can be started here');
  const remote = await createRemote(directory, { 'pack.yaml': 'ref: shop\n' });
  const url = `ssh://127.0.0.1:${server.port}${remote.path}`;
  const user = userInfo().username;
  const { key, knownHosts } = server;
  const refsWith = (host: object) => listRefs(createTestGit(directory, { hosts: { '127.0.0.1': host } }), url);
  const refs = await refsWith({ user, key, knownHosts });
  assert.equal(refs.branches.get('main'), await remote.git(['rev-parse', 'main']));
  const emptyHosts = join(directory, 'none');
  await writeFile(emptyHosts, '');
  await assert.rejects(refsWith({ user, key, knownHosts: emptyHosts }), { code: 'git-host-key' });
  await assert.rejects(refsWith({ user, knownHosts }), { code: 'git-auth-failed' });
  const missing = `${url}-none`;
  const git = createTestGit(directory, { hosts: { '127.0.0.1': { user, key, knownHosts } } });
  await assert.rejects(listRefs(git, missing), { code: 'git-not-found' });
});
