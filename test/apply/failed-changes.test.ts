import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { FailedChanges } from '../../src/apply/failed-changes.ts';
import { reconcile } from '../../src/reconcile.ts';
import { createFleet } from '../support/fleet.ts';

test('a change that failed is left alone by who remembers it, until it is another one or is forgotten', async () => {
  await using fleet = await createFleet();
  const ran = join(fleet.directory, 'runs');
  const testing = 'testing: {runners: {main: {type: script, entry_point: tests/run.sh, timeout: 20}}}\n';
  const files = { 'tests/run.sh': `echo ran >> ${ran}\necho Passed: 1\n` };
  await fleet.writePack('one', files, { pack: testing });
  await fleet.writePack('two', {}, { pack: 'dependencies: [one]\n' });
  await fleet.sql(`ALTER TABLE pack ADD CONSTRAINT nobody_wants_it CHECK (ref <> 'one')`);
  const failedChanges: FailedChanges = new Map();
  const pass = async () => {
    const options = { cause: 'daemon', who: 'test@here', lockTimeoutMs: 20_000, failedChanges };
    const { result } = await reconcile(fleet.context, options);
    const packs = (result?.packs ?? []).map(({ ref, outcome, untried = false }) => [ref, outcome, untried]);
    const tests = (await readFile(ran, 'utf8')).split('\n').length - 1;
    return { packs, tests, run: result?.run, problems: result?.packs.map(({ problems }) => problems) };
  };

  const first = await pass();
  assert.deepEqual(first.packs, [
    ['one', 'failed', false],
    ['two', 'skipped', false],
  ]);
  const second = await pass();
  assert.deepEqual(second.packs, [
    ['one', 'failed', true],
    ['two', 'skipped', false],
  ]);
  assert.deepEqual([second.problems, second.tests, second.run], [first.problems, 1, null]);

  await fleet.writePack('three');
  const third = await pass();
  assert.deepEqual(third.packs, [
    ['one', 'failed', true],
    ['three', 'applied', false],
    ['two', 'skipped', false],
  ]);
  assert.equal(third.tests, 1, 'while another pack is applied');

  await fleet.writePack('one', { ...files, 'README.md': 'another' }, { pack: testing });
  assert.equal((await pass()).tests, 2, 'its content moved');
  await fleet.sql('ALTER TABLE pack DROP CONSTRAINT nobody_wants_it');
  assert.equal((await pass()).tests, 2);
  failedChanges.clear();
  assert.deepEqual((await pass()).packs, [
    ['one', 'applied', false],
    ['two', 'applied', false],
  ]);
  assert.equal(failedChanges.size, 0);
});
