import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { packLogVerb } from '../../src/cli/verbs/pack-log.ts';
import { createFakeShell } from './fake-shell.ts';

let directory = '';
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'pack-log-'));
  const config =
    'name: x\ndesiredState: [{ directory: . }]\ndatabase: { embedded: true }\nstateDir: state\npackStore: packs\n';
  await writeFile(join(directory, 'attune.config.yaml'), config);
  const logs = join(directory, 'state/logs/jira');
  await mkdir(logs, { recursive: true });
  await writeFile(join(logs, '1.2.0-abcdef012345.log'), '$ pip install\n\u001b[31mred\u001b[0m\tand\r\nmore\u0007\n');
  await writeFile(join(logs, '1.10.0-rc.1-abcdef012346.log'), 'newest\n');
  await utimes(join(logs, '1.2.0-abcdef012345.log'), 1_000, 1_000);
});
after(() => rm(directory, { recursive: true }));

async function log(ref: string, version?: string, output: 'text' | 'json' = 'text'): Promise<string> {
  const shell = createFakeShell({ directory });
  assert.equal(await packLogVerb(shell, ref, version, { output }), 0);
  return shell.stdout();
}

test('the log of the version that was built last is printed, or that of a given one', async () => {
  assert.equal(await log('jira'), 'newest\n');
  assert.equal(await log('jira', '1.10.0-rc.1'), 'newest\n');
});

test('what could play with a terminal is shown and not sent', async () => {
  assert.equal(await log('jira', '1.2.0'), '$ pip install\nred    and\nmore\\u0007\n');
});

test('for machines it says whose log it is', async () => {
  const { text, written, ...rest } = JSON.parse(await log('jira', '1.2.0', 'json')) as Record<string, unknown>;
  const file = join(directory, 'state/logs/jira/1.2.0-abcdef012345.log');
  assert.deepEqual(rest, { formatVersion: 1, ref: 'jira', version: '1.2.0', digest: 'abcdef012345', file });
  assert.equal(written, '1970-01-01T00:16:40.000Z');
  assert.match(String(text), /^\$ pip install\n/);
});

test('where there is no log, those that there are are named', async () => {
  await assert.rejects(log('jira', '9.9.9'), { code: 'no-log', message: /no log of jira 9\.9\.9 on this machine/ });
  await assert.rejects(log('jira', '9.9.9'), (error: { problems: { hint: string }[] }) => {
    assert.equal(error.problems[0]?.hint, 'There are logs of 1.10.0-rc.1, 1.2.0.');
    return true;
  });
  for (const ref of ['slack', '../logs/jira', '..']) await assert.rejects(log(ref), { code: 'no-log' });
});
