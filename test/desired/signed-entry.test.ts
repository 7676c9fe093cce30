import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadDesired } from '../../src/desired/load-desired.ts';
import { createTestContext, tinyPack } from '../support/desired.ts';
import { createRemote, temporaryDirectory } from '../support/git.ts';

test('a signed tag of an entry holds for the packs beside its documents, and for no other commit', async (t) => {
  const directory = await temporaryDirectory(t);
  const key = join(directory, 'ann');
  assert.equal(spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]).status, 0);
  const allowedSigners = join(directory, 'allowed_signers');
  await writeFile(allowedSigners, `ann@example.com ${await readFile(`${key}.pub`, 'utf8')}`);
  const pack = Object.entries(tinyPack('beside')).map(([path, text]) => [`packs/beside/${path}`, text]);
  const remote = await createRemote(directory, { ...Object.fromEntries(pack), ...tinyPack('early') });
  const early = await remote.git(['rev-parse', 'main']);
  const named = `kind: Pack\nref: early\nsource: { git: { url: "${remote.url}", commit: ${early} } }\n`;
  await remote.commit({
    'ops/all.yaml': `kind: Pack\nref: beside\nsource: { directory: ../packs/beside }\n---\n${named}`,
  });
  await remote.git(['-c', 'gpg.format=ssh', '-c', `user.signingkey=${key}`, 'tag', '-s', '-m', 'v1', 'v1', 'main']);
  const entry = { type: 'git', name: 'ops', url: remote.url, ref: { type: 'tag', tag: 'v1' }, path: 'ops' } as const;
  const verify = [{ remotes: ['*'], mode: 'tag', allowedSigners }] as const;
  const context = createTestContext(directory, { desiredState: [entry], git: { verify } });
  for (const staging of ['first', 'again']) {
    const { packs, unreadable } = await loadDesired(context, { staging: join(directory, staging) });
    assert.deepEqual(
      packs.map(({ ref }) => ref),
      ['beside'],
    );
    assert.deepEqual(
      unreadable.map(({ ref, problems }) => [ref, problems[0]?.code]),
      [['early', 'signature-refused']],
    );
  }
});
