import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Ended, runCli, startCli, writeConfig } from '../support/cli-child.ts';
import { endState } from '../support/end-state.ts';
import { coreFiles, shopFiles } from '../support/example-packs.ts';
import { createFleet, type Fleet } from '../support/fleet.ts';
import { setLatch } from '../support/latch.ts';

async function writeFleet(fleet: Fleet): Promise<void> {
  await writeConfig(fleet);
  await fleet.writePack('core', coreFiles);
  await fleet.writePack('shop', shopFiles);
}

describe('writers at the same time', () => {
  it('wait for each other: the second names the first, then finds nothing to do', async () => {
    await using fleet = await createFleet();
    await writeFleet(fleet);
    const latch = await setLatch(fleet, { table: 'attune.action', on: 'INSERT', when: `NEW.ref = 'shop.ship'` });
    const first = startCli(fleet, ['apply', '--yes']);
    await latch.reached();
    const second = startCli(fleet, ['apply', '--yes', '--lock-timeout', '1m']);
    await second.says(/Waiting for the writer lock, held by apply by \S+@/);
    const third = await runCli(fleet, ['apply', '--yes', '--lock-timeout', '0s']);
    assert.equal(third.code, 1);
    assert.match(third.err, /apply by \S+@\S+ is writing to this database since .*\[writer-locked\]/s);
    assert.match(third.err, /--lock-timeout/);
    await latch.open();
    assert.equal((await first.ended).code, 0);
    const { code, out } = await second.ended;
    assert.equal(code, 0);
    assert.match(out, /No changes/);
    assert.deepEqual((await fleet.plan()).changes, []);
  });

  it('are five, and one of them applies while four find it done', async () => {
    await using calm = await createFleet();
    await writeFleet(calm);
    await calm.apply();
    await using fleet = await createFleet();
    await writeFleet(fleet);
    const latch = await setLatch(fleet, { table: 'attune.pack', on: 'INSERT', when: `NEW.ref = 'core'` });
    const all = Array.from({ length: 5 }, () => startCli(fleet, ['apply', '--yes', '--lock-timeout', '2m']));
    await latch.reached();
    await latch.open();
    const ended: Ended[] = await Promise.all(all.map((child) => child.ended));
    assert.deepEqual(
      ended.map(({ code, err }) => (code === 0 ? 0 : err)),
      Array(5).fill(0),
    );
    assert.equal(ended.filter(({ out }) => /Applied 2 packs/.test(out)).length, 1);
    assert.deepEqual(await endState(fleet), await endState(calm));
    const [history] = await fleet.sql('SELECT count(*)::int AS changes FROM attune_sync.run_change');
    assert.deepEqual(history, { changes: 2 });
  });

  it('are a daemon and a person: the person is told who writes, and both end with the same', async () => {
    await using fleet = await createFleet();
    await writeFleet(fleet);
    const latch = await setLatch(fleet, { table: 'attune.action', on: 'INSERT', when: `NEW.ref = 'shop.ship'` });
    const daemon = startCli(fleet, ['daemon']);
    await latch.reached();
    const person = startCli(fleet, ['apply', '--yes']);
    await person.says(/Waiting for the writer lock, held by daemon by \S+@/);
    await latch.open();
    const { code, out } = await person.ended;
    assert.equal(code, 0);
    assert.match(out, /No changes/);
    await daemon.says(/2 installed/);
    daemon.process.kill('SIGTERM');
    assert.equal((await daemon.ended).code, 0);
    const [history] = await fleet.sql('SELECT count(*)::int AS runs FROM attune_sync.run');
    assert.deepEqual(history, { runs: 1 });
  });

  it('plan and status do not wait for one, and show what is committed', async () => {
    await using fleet = await createFleet();
    await writeFleet(fleet);
    await using latch = await setLatch(fleet, { table: 'attune.action', on: 'INSERT', when: `NEW.ref = 'shop.ship'` });
    const first = startCli(fleet, ['apply', '--yes']);
    await latch.reached();
    const plan = await runCli(fleet, ['plan', '--detailed-exitcode']);
    assert.equal(plan.code, 2, plan.err);
    assert.match(plan.out, /\+ {2}shop/);
    assert.equal((await runCli(fleet, ['status'])).code, 0);
    await latch.open();
    assert.equal((await first.ended).code, 0);
  });
});
