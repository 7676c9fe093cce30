import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { readCredentials } from '../../src/cli/read-credentials.ts';
import { loadConfig } from '../../src/config/load-config.ts';

const directory = resolve(import.meta.dirname, '../../examples/systemd');
const unit = join(directory, 'attune-sync.service');
const missing = spawnSync('systemd-analyze', ['--version']).status === 0 ? false : 'systemd-analyze is not installed';

/** What is open, with the number that systemd gives it: the manual explains each. */
function openLines(): readonly string[] {
  const args = ['security', '--offline=true', '--no-pager', '--json=short', unit];
  const lines = JSON.parse(spawnSync('systemd-analyze', args, { encoding: 'utf8' }).stdout) as {
    readonly name: string;
    readonly set: boolean | null;
  }[];
  return lines.filter(({ set }) => set === false).map(({ name }) => name);
}

test('systemd has nothing to say of the unit', { skip: missing }, () => {
  const { status, stdout, stderr } = spawnSync('systemd-analyze', ['verify', unit], { encoding: 'utf8' });
  assert.deepEqual({ status, said: stdout + stderr }, { status: 0, said: '' });
});

test('the unit is as hardened as the manual says, and the manual names every line that is open', {
  skip: missing,
}, async () => {
  const args = ['security', '--offline=true', '--no-pager', unit];
  const [, exposure] =
    /Overall exposure level for \S+: ([\d.]+)/.exec(spawnSync('systemd-analyze', args, { encoding: 'utf8' }).stdout) ??
    [];
  const manual = await readFile(resolve(directory, '../../docs/systemd.md'), 'utf8');
  assert.ok(manual.includes(`**${exposure}**`), `the manual does not say ${exposure}`);
  for (const name of openLines())
    assert.ok(manual.includes(`\`${name.replaceAll('|', '\\|')}\``), `the manual does not explain ${name}`);
});

test('the configuration beside it is valid with what the unit gives, credentials and environment', async () => {
  const credentials = await mkdtemp(join(tmpdir(), 'attune-unit-'));
  try {
    const names = [...(await readFile(unit, 'utf8')).matchAll(/^LoadCredential=(\w+):/gm)].map(([, name = '']) => name);
    for (const name of names) await writeFile(join(credentials, name), 'postgres://a@127.0.0.1/attune\n');
    const environment = await readCredentials({ CREDENTIALS_DIRECTORY: credentials });
    const file = join(directory, 'attune.config.yaml');
    const { config, problems } = await loadConfig({ file, startDirectory: directory, environment });
    assert.deepEqual(problems, []);
    assert.equal(config.database.type, 'url');
  } finally {
    await rm(credentials, { recursive: true, force: true });
  }
});
