import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { promisify } from 'node:util';
import { runCli, startCli, writeConfig } from '../support/cli-child.ts';
import { coreFiles, shopFiles } from '../support/example-packs.ts';
import { createFleet } from '../support/fleet.ts';
import { createRemote, temporaryDirectory } from '../support/git.ts';
import { setLatch } from '../support/latch.ts';

describe('a run that is asked to stop', () => {
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    it(`by ${signal} finishes the pack in hand, skips the others, and says so`, async () => {
      await using fleet = await createFleet();
      await writeConfig(fleet);
      await fleet.writePack('core', coreFiles);
      await fleet.writePack('shop', shopFiles);
      await using latch = await setLatch(fleet, { table: 'attune.action', on: 'INSERT' });
      const child = startCli(fleet, ['apply', '--yes']);
      await latch.reached();
      child.process.kill(signal);
      await child.says(/Stopping after what is in hand/);
      await latch.open();
      const { code, out } = await child.ended;
      assert.notEqual(code, 0);
      assert.match(out, /core .*installed/);
      assert.match(out, /shop .*skipped/);
      assert.deepEqual(await fleet.sql('SELECT ref FROM pack'), [{ ref: 'core' }]);
      assert.equal((await fleet.apply()).result.outcome, 'applied');
      assert.deepEqual((await fleet.plan()).changes, []);
    });
  }

  it('while it waits for another writer stops at once and writes nothing', async () => {
    await using fleet = await createFleet();
    await writeConfig(fleet);
    await fleet.writePack('core', coreFiles);
    await using latch = await setLatch(fleet, { table: 'attune.action', on: 'INSERT' });
    const first = startCli(fleet, ['apply', '--yes']);
    await latch.reached();
    const second = startCli(fleet, ['apply', '--yes', '--lock-timeout', '5m']);
    await second.says(/Waiting for the writer lock/);
    second.process.kill('SIGTERM');
    const { code, err } = await second.ended;
    assert.notEqual(code, 0);
    assert.doesNotMatch(err, /should not have happened|\[unexpected\]/);
    await latch.open();
    assert.equal((await first.ended).code, 0);
  });
});

describe('a fetch', () => {
  it('whose process is killed half-way does not lock the next run out', async (t) => {
    await using fleet = await createFleet();
    await writeConfig(fleet);
    const directory = await temporaryDirectory(t);
    const remote = await createRemote(directory, { 'pack.yaml': 'ref: far\nlabel: Far\nversion: 1.0.0\n' });
    await fleet.write({
      'desired/far.yaml': `kind: Pack\nref: far\nsource: { git: { url: "${remote.url}", branch: main } }\n`,
      'bin/keep': '',
    });
    const bin = join(fleet.directory, 'bin');
    const fifo = join(fleet.directory, 'fifo');
    await promisify(execFile)('mkfifo', [fifo]);
    const real = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim();
    const script = `#!/bin/sh\ncase " $* " in *" fetch "*) echo here > '${fifo}'; read line < '${fifo}';; esac\nexec '${real}' "$@"\n`;
    await writeFile(join(bin, 'git'), script, { mode: 0o755 });
    const child = startCli(fleet, ['apply', '--yes'], { env: { PATH: `${bin}:${process.env.PATH ?? ''}` } });
    assert.equal(await readFile(fifo, 'utf8'), 'here\n');
    child.process.kill('SIGKILL');
    await new Promise((resolve) => child.process.once('exit', resolve));
    const { code, out, err } = await runCli(fleet, ['apply', '--yes']);
    const release = await open(fifo, 'w');
    await release.write('go\n');
    await release.close();
    await child.ended;
    assert.equal(code, 0, out + err);
    assert.deepEqual(await fleet.sql('SELECT ref FROM pack'), [{ ref: 'far' }]);
  });

  it('that finds no room is an error of that pack with its reason, and works once there is room', async (t) => {
    await using fleet = await createFleet();
    await writeConfig(fleet);
    const state = join(fleet.directory, 'state');
    await mkdir(state);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', state], { stdio: 'ignore' });
    } catch {
      return t.skip('mounting is not permitted here');
    }
    try {
      const directory = await temporaryDirectory(t);
      const data = readFileSync(process.execPath).subarray(0, 4 * 1024 * 1024);
      const manifest = 'ref: far\nlabel: Far\nversion: 1.0.0\n';
      const remote = await createRemote(directory, { 'pack.yaml': manifest, 'data.bin': data });
      await fleet.writePack('near');
      await fleet.write({
        'desired/far.yaml': `kind: Pack\nref: far\nsource: { git: { url: "${remote.url}", branch: main } }\n`,
      });
      const { code, out, err } = await runCli(fleet, ['apply', '--yes']);
      assert.equal(code, 1);
      assert.match(out + err, /no space left/i);
      assert.doesNotMatch(out + err, /should not have happened|\[unexpected\]/);
      assert.deepEqual(await fleet.sql('SELECT ref FROM pack'), [{ ref: 'near' }]);
      execFileSync('mount', ['-o', 'remount,size=64m', state]);
      const again = await runCli(fleet, ['apply', '--yes']);
      assert.equal(again.code, 0, again.out + again.err);
    } finally {
      execFileSync('umount', [state]);
    }
  });
});
