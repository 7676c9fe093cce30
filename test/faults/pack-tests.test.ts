import assert from 'node:assert/strict';
import { existsSync, watch } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { type CliChild, startCli, writeConfig } from '../support/cli-child.ts';
import { runInside } from '../support/cli-inside.ts';
import { createFleet, type Fleet } from '../support/fleet.ts';

const pack = 'testing: {runners: {main: {type: script, entry_point: tests/run.sh, timeout: 60}}}\n';

/** A pack whose test says that it has begun, and then waits for a file. */
async function writeWaiting(fleet: Fleet): Promise<void> {
  await writeConfig(fleet);
  const wait = `echo $$ > ${fleet.directory}/new\nmv ${fleet.directory}/new ${fleet.directory}/begun\nuntil [ -e ${fleet.directory}/go ]; do sleep 0.05; done\necho Passed: 1\n`;
  await fleet.writePack('one', { 'tests/run.sh': wait }, { pack });
}

/** Resolves when the test has begun. @returns its process id */
async function begun(fleet: Fleet, child: CliChild): Promise<number> {
  const file = join(fleet.directory, 'begun');
  const watcher = watch(fleet.directory);
  const seen = new Promise<void>((resolve) => {
    const look = () => existsSync(file) && resolve();
    watcher.on('change', look);
    look();
  });
  await Promise.race([seen, child.ended.then(({ out, err }) => assert.fail(out + err))]);
  watcher.close();
  return Number(await readFile(file, 'utf8'));
}

const rows = (fleet: Fleet) => fleet.sql('SELECT ref, version FROM pack');

describe('an apply that ends while a pack is tested', { timeout: 60_000 }, () => {
  it('leaves nothing that is in the way of the next one where it is killed', async () => {
    await using fleet = await createFleet();
    await writeWaiting(fleet);
    const child = startCli(fleet, ['apply', '--yes']);
    await begun(fleet, child);
    child.process.kill('SIGKILL');
    await child.ended;
    assert.deepEqual(await rows(fleet), []);
    await fleet.write({ go: '' });
    const { result } = await fleet.apply();
    assert.deepEqual(
      result.packs.map(({ outcome }) => outcome),
      ['applied'],
    );
    assert.deepEqual((await fleet.apply()).result.outcome, 'unchanged');
  });

  it('ends the test with itself where it is told to stop, and installs nothing', async () => {
    await using fleet = await createFleet();
    await writeWaiting(fleet);
    const child = startCli(fleet, ['apply', '--yes']);
    const pid = await begun(fleet, child);
    child.process.kill('SIGTERM');
    const { code } = await child.ended;
    assert.notEqual(code, 0);
    assert.equal(existsSync(`/proc/${pid}`), false);
    assert.deepEqual(await rows(fleet), []);
    const left = await readdir(join(fleet.directory, 'store/.staging'));
    assert.deepEqual(left, []);
  });
});

it('apply ends with 3 where tests fail, and with 0 where a person has them skipped', { timeout: 60_000 }, async () => {
  await using fleet = await createFleet();
  await writeConfig(fleet);
  await fleet.writePack('one', { 'tests/run.sh': 'exit 1\n' }, { pack });
  const failed = await runInside(fleet, ['apply', '--yes', '--output', 'json']);
  assert.equal(failed.code, 3, failed.err);
  const [blocked] = JSON.parse(failed.out).result.packs;
  assert.deepEqual(
    [blocked.outcome, blocked.tests.outcome, blocked.problems[0].code],
    ['blocked', 'failed', 'tests-failed'],
  );
  const skipped = await runInside(fleet, ['apply', '--yes', '--skip-tests']);
  assert.equal(skipped.code, 0, skipped.err);
  assert.match(skipped.out, /Tests of packs are skipped \(--skip-tests\)\./);
  assert.match((await runInside(fleet, ['history'])).out, /tests skipped/);
});
