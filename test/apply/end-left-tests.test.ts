import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { readlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { runCommand } from '../../src/environments/run-command.ts';
import { createFleet } from '../support/fleet.ts';

const testing = 'testing: {runners: {main: {type: script, entry_point: tests/run.sh, timeout: 20}}}\n';

/** Stands for the run that was killed: what it began is marked as its own. */
const dead = (root: string) => ({
  owner: root,
  cwd: '/',
  variables: { PATH: process.env.PATH ?? '' },
  timeoutMs: 60_000,
});

test('tests that a killed run left running are ended by the next that tests', {
  skip: process.platform !== 'linux',
}, async () => {
  await using fleet = await createFleet();
  await fleet.writePack('one', { 'tests/run.sh': 'echo Passed: 1\n' }, { pack: testing });
  await fleet.apply();
  const staging = join(fleet.directory, 'store/.staging');
  const root = join(staging, 'tests-of-a-killed-run');
  await writeFile(root, '');
  const signal = new AbortController().signal;
  const left = runCommand({ ...dead(root), argv: ['sleep', '1000'], signal, write: () => {} });
  await fleet.writePack('one', { 'tests/run.sh': 'echo Passed: 2\n' }, { pack: testing });
  await fleet.apply();
  const { signal: end, timedOut } = await left;
  assert.deepEqual([end, timedOut], ['SIGKILL', false]);
  assert.equal(existsSync(root), false);
  assert.match(await readlink(join(fleet.directory, 'store/one')), /^\.versions\/one\//);
});

test('what tests began can be told from what other runs began', async () => {
  await using fleet = await createFleet();
  const out = join(fleet.directory, 'mark');
  await fleet.writePack(
    'one',
    { 'tests/run.sh': `echo "$ATTUNE_SYNC_COMMAND" > '${out}'\necho Passed: 1\n` },
    { pack: testing },
  );
  await fleet.apply();
  assert.match(readFileSync(out, 'utf8'), /\/store\/\.staging\/tests-[0-9a-f-]{36}#[0-9a-f-]{36}\n$/);
});
