import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { VerifyPolicy } from '../../../src/config/config.ts';
import type { SyncError } from '../../../src/errors.ts';
import { listRefs } from '../../../src/sources/git/list-refs.ts';
import { resolveRef } from '../../../src/sources/git/resolve-ref.ts';
import { findPolicy } from '../../../src/sources/git/signatures/find-policy.ts';
import { verifySource } from '../../../src/sources/git/signatures/verify-source.ts';
import { countingGit, createRemote, type TestRemote, temporaryDirectory } from '../../support/git.ts';
import { createTestGit } from '../../support/git-handle.ts';

interface Scene {
  readonly directory: string;
  readonly remote: TestRemote;
  /** Commits to main, signed with the key of this person; null: not signed. */
  commit(signer: string | null, message?: string): Promise<string>;
  tag(name: string, signer: string | null): Promise<void>;
  /** The code of what is refused, or `holds`. */
  verify(policy: Partial<VerifyPolicy>, ref?: { branch: string } | { tag: string }): Promise<string>;
}

async function scene(t: TestContext, below = ''): Promise<Scene> {
  const directory = join(await temporaryDirectory(t), below);
  await mkdir(directory, { recursive: true });
  const remote = await createRemote(directory, { 'pack.yaml': 'ref: x\n' });
  for (const person of ['ann', 'eve']) {
    const made = spawnSync('ssh-keygen', [
      '-q',
      '-t',
      'ed25519',
      '-N',
      '',
      '-C',
      person,
      '-f',
      join(directory, person),
    ]);
    assert.equal(made.status, 0);
  }
  const [type, key] = (await readFile(join(directory, 'ann.pub'), 'utf8')).split(' ');
  const allowedSigners = join(directory, 'allowed_signers');
  await writeFile(allowedSigners, `ann@example.com ${type} ${key}\n`);
  const signing = (person: string) => ['-c', 'gpg.format=ssh', '-c', `user.signingkey=${join(directory, person)}`];
  const git = createTestGit(directory);
  return {
    directory,
    remote,
    async commit(signer, message = 'change') {
      const tree = await remote.git(['rev-parse', 'main^{tree}']);
      const parent = await remote.git(['rev-parse', 'main']);
      const sign = signer === null ? [[], []] : [signing(signer), ['-S']];
      const options = ['commit-tree', ...(sign[1] ?? []), '-p', parent, '-m', message, tree];
      const commit = await remote.git([...(sign[0] ?? []), ...options]);
      await remote.git(['update-ref', 'refs/heads/main', commit]);
      return commit;
    },
    async tag(name, signer) {
      const sign = signer === null ? [[], '-a'] : ([signing(signer), '-s'] as const);
      await remote.git([...sign[0], 'tag', sign[1] as string, '-m', name, name, 'main']);
    },
    async verify(policy, ref = { branch: 'main' }) {
      const verify = [{ remotes: ['*'], mode: 'head', allowedSigners, ...policy }] as const;
      const asked = { ...git, settings: { ...git.settings, verify } };
      const wanted = 'tag' in ref ? ({ type: 'tag', ...ref } as const) : ({ type: 'branch', ...ref } as const);
      const followed = resolveRef(await listRefs(asked, remote.url), wanted, remote.url);
      return verifySource(asked, remote.url, followed).then(
        () => 'holds',
        (error: SyncError) => `${error.code}: ${error.message.replace(remote.url, 'URL')}`,
      );
    },
  };
}

test('head: a commit counts that is signed with an allowed key, and no other', async (t) => {
  const { commit, verify } = await scene(t);
  assert.match(await verify({}), /^signature-refused: URL: commit [0-9a-f]{12} by .+ is not signed$/);
  await commit('eve');
  assert.match(await verify({}), /is signed with a key that is not among the allowed ones \(SHA256:.+\)$/);
  await commit('ann');
  assert.equal(await verify({}), 'holds');
});

test('strict: one commit in between that is not signed is refused and named; what came before `since` is not looked at', async (t) => {
  const { remote, commit, verify } = await scene(t);
  const since = await remote.git(['rev-parse', 'main']);
  await commit('ann');
  assert.match(await verify({ mode: 'strict' }), /is not signed$/);
  assert.equal(await verify({ mode: 'strict', since }), 'holds');
  const bad = await commit(null, 'by hand');
  await commit('ann');
  assert.equal(await verify({ mode: 'head' }), 'holds');
  const refused = await verify({ mode: 'strict', since });
  assert.ok(refused.includes(`commit ${bad.slice(0, 12)}`) && refused.includes('"by hand"'), refused);
});

test('tag: the tag must be signed, an annotated or a light one does not do', async (t) => {
  const { remote, tag, verify } = await scene(t);
  await tag('v1', 'ann');
  await tag('v2', null);
  await tag('v3', 'eve');
  await remote.git(['tag', 'light', 'main']);
  assert.equal(await verify({ mode: 'tag' }, { tag: 'v1' }), 'holds');
  assert.match(await verify({ mode: 'tag' }, { tag: 'v2' }), /tag v2 is not signed$/);
  assert.match(await verify({ mode: 'tag' }, { tag: 'v3' }), /tag v3 is not signed with one of the allowed keys/);
  assert.match(await verify({ mode: 'tag' }, { tag: 'light' }), /tag light is not signed$/);
  assert.match(await verify({ mode: 'tag' }), /main is no tag/);
  assert.match(await verify({ mode: 'both' }, { tag: 'v1' }), /commit [0-9a-f]{12} by .+ is not signed$/);
});

test('a signed tag under another name is not taken for that one', async (t) => {
  const { remote, tag, verify } = await scene(t);
  await tag('v1', 'ann');
  await remote.git(['update-ref', 'refs/tags/v2', await remote.git(['rev-parse', 'refs/tags/v1'])]);
  assert.match(await verify({ mode: 'tag' }, { tag: 'v2' }), /was made for another name or commit$/);
  assert.equal(await verify({ mode: 'tag' }, { tag: 'v1' }), 'holds');
  assert.match(await verify({ mode: 'tag' }, { tag: 'v2' }), /was made for another name or commit$/);
});

test('keys of OpenPGP count where the policy names them, however deep our directory is', async (t) => {
  if (spawnSync('gpg', ['--version']).status !== 0) return t.skip('gpg is not installed');
  const { directory, remote, verify } = await scene(t, join('d'.repeat(60), 'd'.repeat(60)));
  // The agent that makes keys listens on a socket in it, whose path is short.
  const home = await mkdtemp('/tmp/gpg-');
  t.after(() => rm(home, { recursive: true, force: true }));
  const gpg = (args: readonly string[]) => {
    const ran = spawnSync('gpg', ['--homedir', home, '--batch', '--passphrase', '', ...args], { encoding: 'utf8' });
    assert.equal(ran.status, 0, ran.stderr);
    return ran.stdout;
  };
  t.after(() => void spawnSync('gpgconf', ['--homedir', home, '--kill', 'all']));
  gpg(['--quick-gen-key', 'Ann <ann@example.com>', 'ed25519', 'sign', 'never']);
  const gpgKeys = join(directory, 'keys.asc');
  await writeFile(gpgKeys, gpg(['--armor', '--export']));
  const program = join(directory, 'gpg-at-home');
  await writeFile(program, `#!/bin/sh\nexec gpg --homedir ${home} --batch "$@"\n`, { mode: 0o755 });
  const tree = await remote.git(['rev-parse', 'main^{tree}']);
  const options = ['-c', `gpg.program=${program}`, 'commit-tree', '-Sann@example.com', '-m', 'signed', tree];
  await remote.git(['update-ref', 'refs/heads/main', await remote.git(options)]);
  assert.match(await verify({}), /is signed with a key that is not among the allowed ones/);
  assert.equal(await verify({ gpgKeys }), 'holds');
});

test('what was found to hold starts no process again, and is checked again once the keys change', async (t) => {
  const { directory, commit, remote } = await scene(t);
  const counting = await countingGit(directory);
  await commit('ann');
  const base = createTestGit(directory, { environment: { PATH: counting.path } });
  const allowedSigners = join(directory, 'allowed_signers');
  const git = {
    ...base,
    settings: { ...base.settings, verify: [{ remotes: ['*'], mode: 'head', allowedSigners }] as const },
  };
  const followed = resolveRef(await listRefs(git, remote.url), { type: 'branch', branch: 'main' }, remote.url);
  await verifySource(git, remote.url, followed);
  const before = (await counting.calls()).length;
  await verifySource(git, remote.url, followed);
  assert.equal((await counting.calls()).length, before);
  await writeFile(
    allowedSigners,
    (await readFile(join(directory, 'eve.pub'), 'utf8')).replace(/^/, 'eve@example.com '),
  );
  await assert.rejects(verifySource(git, remote.url, followed), { code: 'signature-refused' });
});

test('a policy is for a remote however its URL is spelled, and the first one decides', () => {
  const policies: readonly VerifyPolicy[] = [
    { remotes: ['https://git.example.com/ops/legacy'], mode: 'off' },
    { remotes: ['git.example.com/ops/*', '/srv/git/*'], mode: 'head', allowedSigners: '/x' },
  ];
  const mode = (url: string) => findPolicy(policies, url)?.mode;
  assert.equal(mode('git@GIT.example.com:ops/legacy.git'), 'off');
  assert.equal(mode('git@git.example.com:Ops/jira.git'), 'head');
  assert.equal(mode('ssh://git@git.example.com:2222/ops/../ops/jira'), 'head');
  assert.equal(mode('file:///srv/git/x.git'), 'head');
  assert.equal(mode('https://evil.example.com/git.example.com/ops/x'), undefined);
});
