import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { withContext } from '../../src/cli/open-context.ts';
import { readCredentials } from '../../src/cli/read-credentials.ts';
import { createFakeShell } from './fake-shell.ts';

async function withFiles(files: Readonly<Record<string, string>>, work: (directory: string) => Promise<void>) {
  const directory = await mkdtemp(join(tmpdir(), 'attune-credentials-'));
  try {
    for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text);
    await work(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

test('a credential is a variable that is not set otherwise, without the newline at its end', () =>
  withFiles({ DATABASE_URL: 'postgres://a\n', SET: 'no', 'not-a-name': 'no', NUL: 'a\0b' }, async (directory) => {
    await mkdir(join(directory, 'DIRECTORY'));
    const found = await readCredentials({ CREDENTIALS_DIRECTORY: directory, SET: 'yes' });
    const names = ['DATABASE_URL', 'SET', 'not-a-name', 'NUL', 'DIRECTORY'];
    assert.deepEqual(
      names.map((name) => found[name]),
      ['postgres://a', 'yes', undefined, undefined, undefined],
    );
    assert.ok(Object.hasOwn(found, 'DATABASE_URL'));
    assert.equal(JSON.stringify({ ...found }).includes('postgres'), false, 'children would get it');
    await writeFile(join(directory, 'DATABASE_URL'), 'postgres://b');
    assert.equal((await readCredentials(found)).DATABASE_URL, 'postgres://b', 'it is read anew');
  }));

test('without a directory of credentials, or with one that is gone, the environment is as it was', async () => {
  assert.deepEqual(await readCredentials({ A: '1' }), { A: '1' });
  const gone = { A: '1', CREDENTIALS_DIRECTORY: '/nowhere/at/all' };
  assert.deepEqual(await readCredentials(gone), gone);
});

test('configuration and documents find credentials', () =>
  withFiles({ DATABASE_URL: 'postgres://secret@db/attune\n' }, async (directory) => {
    const yaml = `name: test\ndesiredState: [{ directory: . }]\ndatabase: { url: "\${DATABASE_URL}" }\nstateDir: s\npackStore: p\n`;
    await writeFile(join(directory, 'attune.config.yaml'), yaml);
    const shell = createFakeShell({ directory, environment: { CREDENTIALS_DIRECTORY: directory } });
    await withContext(shell, async ({ config: { database }, environment }) => {
      assert.equal(database.type === 'url' && database.url.reveal(), 'postgres://secret@db/attune');
      assert.equal(environment.DATABASE_URL, 'postgres://secret@db/attune');
    });
  }));
