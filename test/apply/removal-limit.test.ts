import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { approve } from '../../src/commands/approve.ts';
import { startCli, writeConfig } from '../support/cli-child.ts';
import { runInside } from '../support/cli-inside.ts';
import { createFleet, type Fleet, type FleetOptions } from '../support/fleet.ts';
import { setLatch } from '../support/latch.ts';

const refs = (count: number) => Array.from({ length: count }, (_, index) => `pack${index}`);

/** A fleet of that many packs with a trigger each, all installed. */
async function createInstalled(count: number, options: FleetOptions = {}): Promise<Fleet> {
  const fleet = await createFleet(options);
  for (const ref of refs(count)) {
    await fleet.writePack(ref, { 'triggers/bell.yaml': `ref: ${ref}.bell\nlabel: Bell\n` });
  }
  assert.equal((await fleet.apply()).result.outcome, 'applied');
  return fleet;
}

async function drop(fleet: Fleet, ...gone: readonly string[]): Promise<void> {
  await fleet.write(Object.fromEntries(gone.map((ref) => [`desired/${ref}.yaml`, null])));
}

async function installed(fleet: Fleet): Promise<string[]> {
  return (await fleet.sql<{ ref: string }>('SELECT ref FROM pack ORDER BY ref')).map(({ ref }) => ref);
}

async function outcomes(fleet: Fleet): Promise<string[]> {
  const { result } = await fleet.apply();
  return result.packs.map(({ ref, outcome, problems }) =>
    [ref, outcome, ...problems.map(({ code }) => code)].join(' '),
  );
}

async function approveAll(fleet: Fleet): Promise<void> {
  const { guarded } = await fleet.plan();
  assert.ok(guarded !== null);
  await approve(fleet.context, { id: guarded.id, who: 'ada@host', lockTimeoutMs: 20_000 });
}

describe('removals that are too many', () => {
  for (const like of ['ours', 'attune'] as const) {
    it(`are all held back, the rest of the plan is applied, and an approval lets them go (${like})`, async () => {
      await using fleet = await createInstalled(8, { like });
      await drop(fleet, 'pack1', 'pack3', 'pack5');
      await fleet.writePack('fresh');
      assert.deepEqual(await outcomes(fleet), [
        'fresh applied',
        'pack1 blocked removal-limit',
        'pack3 blocked removal-limit',
        'pack5 blocked removal-limit',
      ]);
      await approveAll(fleet);
      assert.deepEqual(await outcomes(fleet), ['pack1 applied', 'pack3 applied', 'pack5 applied']);
      assert.deepEqual(await installed(fleet), ['fresh', 'pack0', 'pack2', 'pack4', 'pack6', 'pack7']);
      assert.deepEqual((await fleet.plan()).changes, []);
    });
  }

  it('are counted over 24 hours, by history', async () => {
    await using fleet = await createInstalled(8);
    await drop(fleet, 'pack1', 'pack2');
    assert.deepEqual(await outcomes(fleet), ['pack1 applied', 'pack2 applied']);
    await drop(fleet, 'pack3');
    assert.deepEqual(await outcomes(fleet), ['pack3 blocked removal-limit']);
    const { guarded } = await fleet.plan();
    assert.deepEqual(guarded?.why, [
      '3 removals within 24 hours, 2 of them done, are more than 25 % of the 8 packs of test (sync.removalLimit.percent)',
    ]);
    await fleet.sql(`UPDATE attune_sync.run SET ended = ended - interval '25 hours'`);
    assert.deepEqual(await outcomes(fleet), ['pack3 applied']);
  });

  it('of another manager count for that one', async () => {
    await using fleet = await createInstalled(8);
    await drop(fleet, 'pack1', 'pack2');
    await fleet.apply();
    await fleet.sql(`UPDATE attune_sync.run SET manager = 'staging'`);
    await drop(fleet, 'pack3');
    assert.deepEqual(await outcomes(fleet), ['pack3 applied']);
  });

  it('stay approved for the rest where the process is killed in the middle of the set', async () => {
    await using fleet = await createInstalled(8);
    await writeConfig(fleet);
    await drop(fleet, 'pack1', 'pack3', 'pack5', 'pack6');
    await approveAll(fleet);
    {
      const when = `NEW.pack = 'pack5' AND NEW.action = 'remove'`;
      await using latch = await setLatch(fleet, { table: 'attune_sync.run_change', on: 'INSERT', when });
      const child = startCli(fleet, ['apply', '--yes']);
      await Promise.race([latch.reached(), child.ended.then(({ out, err }) => assert.fail(out + err))]);
      child.process.kill('SIGKILL');
      assert.equal((await child.ended).signal, 'SIGKILL');
    }
    const used = () => fleet.sql('SELECT pack FROM attune_sync.approval_use ORDER BY pack');
    assert.deepEqual(await used(), [{ pack: 'pack1' }, { pack: 'pack3' }]);
    assert.deepEqual(await outcomes(fleet), ['pack5 applied', 'pack6 applied']);
    assert.equal((await used()).length, 4);
    assert.deepEqual(await installed(fleet), ['pack0', 'pack2', 'pack4', 'pack7']);
  });

  it('are what the person on the command line is told, with exit code 3 and the command that approves them', async () => {
    await using fleet = await createInstalled(4);
    await writeConfig(fleet);
    await drop(fleet, 'pack1', 'pack2', 'pack3');
    const plan = await runInside(fleet, ['plan']);
    assert.equal(plan.code, 3);
    const commands = plan.out.match(/attune-sync approve [0-9a-f]{12}/g);
    assert.equal(commands?.length, 1, plan.out);
    const lines = plan.out.trimEnd().split('\n');
    assert.match(lines.at(-1) ?? '', /^Plan: nothing to change, 1 unchanged, 3 blocked\.$/);
    assert.ok(lines.slice(-4).some((line) => line.includes(commands?.[0] ?? '?')));
    const apply = await runInside(fleet, ['apply', '--yes']);
    assert.equal(apply.code, 3);

    const id = commands?.[0]?.split(' ')[2] ?? '';
    const alone = await runInside(fleet, ['approve', id]);
    assert.equal(alone.code, 1);
    assert.match(alone.err, new RegExp(`\\[cannot-ask\\]\\n.*\`attune-sync approve ${id} --yes\``));
    const given = await runInside(fleet, ['approve', id, '--yes', '--why', 'moved away']);
    assert.equal(given.code, 0, given.err);
    assert.match(given.err, /3 changes held back: .*\n {2}remove pack1 .*\n {2}remove pack2 .*\n {2}remove pack3 /);
    assert.match(given.out, /approved 3 changes: until 20.*Z each is let through once/);
    const listed = await runInside(fleet, ['approve', '--list', '--output', 'json']);
    assert.equal(JSON.parse(listed.out).approvals[0].why, 'moved away');
    const done = await runInside(fleet, ['apply', '--yes']);
    assert.equal(done.code, 0, done.out + done.err);
    const after = await runInside(fleet, ['approve', '--list']);
    assert.match(after.out, new RegExp(`^${id} .* used `, 'm'));
    assert.deepEqual(await installed(fleet), ['pack0']);
  });
});

describe('the last pack', () => {
  it('is not removed before another is there', async () => {
    await using fleet = await createInstalled(1);
    await fleet.writePack('other');
    await drop(fleet, 'pack0');
    assert.deepEqual(await outcomes(fleet), ['other applied', 'pack0 blocked last-pack']);
    assert.deepEqual(await outcomes(fleet), ['pack0 applied']);
    assert.deepEqual(await installed(fleet), ['other']);
  });
});

describe('prune: false', () => {
  it('is remembered when the document goes, or no longer says it, and ends with prune: true', async () => {
    await using fleet = await createInstalled(3);
    await fleet.writePack('pack1', {}, { document: 'prune: false\n' });
    assert.deepEqual(await outcomes(fleet), ['pack1 applied']);
    await drop(fleet, 'pack1');
    const kept = await fleet.plan();
    assert.deepEqual(
      [kept.changes, kept.notes.map(({ code, rows }) => [code, ...rows])],
      [[], [['not-pruned', 'pack pack1']]],
    );

    await fleet.writePack('pack1');
    assert.deepEqual((await fleet.plan()).changes, [], 'leaving it out is no change');
    await drop(fleet, 'pack1');
    assert.deepEqual((await fleet.plan()).changes, []);

    await fleet.writePack('pack1', {}, { document: 'prune: true\n' });
    assert.deepEqual(await outcomes(fleet), ['pack1 applied']);
    await drop(fleet, 'pack1');
    assert.deepEqual(await outcomes(fleet), ['pack1 applied']);
    assert.deepEqual(await installed(fleet), ['pack0', 'pack2']);
  });

  it('outlives a reinstall, and a pack that somebody deleted from Attune', async () => {
    await using fleet = await createInstalled(3);
    await fleet.writePack('pack1', {}, { document: 'prune: false\n' });
    await fleet.apply();
    await fleet.writePack('pack1', {}, { version: '2.0.0' });
    await fleet.apply();
    await fleet.sql(`DELETE FROM pack WHERE ref = 'pack1'`);
    await fleet.apply();
    await drop(fleet, 'pack1');
    assert.deepEqual((await fleet.plan()).changes, []);
  });

  it('of the configuration keeps every pack', async () => {
    await using fleet = await createInstalled(3, { sync: { prune: false } });
    await drop(fleet, 'pack1');
    const plan = await fleet.plan();
    assert.deepEqual([plan.changes, plan.notes.map(({ code }) => code)], [[], ['not-pruned']]);
  });
});
