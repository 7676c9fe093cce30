import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { resume } from '../../src/commands/resume.ts';
import { rollback } from '../../src/commands/rollback.ts';
import { type SuspendOptions, suspend } from '../../src/commands/suspend.ts';
import { openChannel } from '../../src/control/open-channel.ts';
import { connect, disconnect } from '../../src/database/connect.ts';
import { SyncError } from '../../src/errors.ts';
import { look } from '../../src/look.ts';
import { reconcile } from '../../src/reconcile.ts';
import { writeConfig } from '../support/cli-child.ts';
import { runInside } from '../support/cli-inside.ts';
import { createFleet, type Fleet } from '../support/fleet.ts';

const ann = { who: 'ann@host', lockTimeoutMs: 20_000 };

async function installed(): Promise<Fleet> {
  const fleet = await createFleet();
  await writeConfig(fleet);
  for (const ref of ['jira', 'slack']) await fleet.writePack(ref);
  await fleet.apply();
  for (const ref of ['jira', 'slack']) await fleet.writePack(ref, {}, { version: '2.0.0' });
  return fleet;
}

async function versions(fleet: Fleet): Promise<string> {
  const rows = await fleet.sql<{ ref: string; version: string }>('SELECT ref, version FROM pack ORDER BY ref');
  return rows.map(({ ref, version }) => `${ref} ${version}`).join(', ');
}

function suspended(fleet: Fleet, parts: Partial<SuspendOptions> = {}) {
  return suspend(fleet.context, { refs: ['jira'], reason: 'too loud', ...ann, ...parts });
}

/** The next request that daemons are sent, once it is listened for. */
async function listen(fleet: Fleet): Promise<{ readonly heard: Promise<object> }> {
  const client = await connect(fleet.context.database.connection, 'attune', 'test');
  const channel = await openChannel(client);
  const heard = new Promise<object>((resolve) => {
    channel.subscribe((message) => {
      if (message.type !== 'look') return;
      const { type: _type, id: _id, ...said } = message;
      resolve(said);
    });
  });
  return { heard: heard.finally(() => disconnect(client)) };
}

describe('suspend', () => {
  it('has the verbs leave a pack as it is until it is resumed, and says so in plan, status and history', async () => {
    await using fleet = await installed();
    const run = async (...args: readonly string[]) => {
      const { code, out, err } = await runInside(fleet, args);
      return { code, out: out.replaceAll(/\s+/g, ' '), err };
    };
    const said = await run('suspend', 'jira', '--reason', 'too\n\u001bloud', '--until', '2h');
    assert.equal(said.code, 0, said.err);
    assert.match(said.out, /^jira: suspended until .*Z, since .*Z by test@here: too loud $/);
    const planned = await run('plan');
    assert.match(
      planned.out,
      /! jira reinstall 1\.0\.0 2\.0\.0 .* blocks on suspended by test@here since .*: too loud/,
    );
    const applied = await run('apply', '--yes');
    assert.equal(applied.code, 3);
    assert.match(applied.out, /attune-sync resume/);
    assert.equal(await versions(fleet), 'jira 1.0.0, slack 2.0.0');
    const shown = await run('status');
    assert.match(shown.out, /jira .* 1\.0\.0 suspended .*suspended by test@here since .* until .*: too loud/);
    assert.match(shown.out, /1 installed, 1 suspended/);
    const { packs } = JSON.parse((await runInside(fleet, ['status', '--output', 'json'])).out);
    assert.deepEqual(
      packs.map(({ ref, state, suspensions = [] }: Record<string, never[]>) => [ref, state, suspensions.length]),
      [
        ['jira', 'suspended', 1],
        ['slack', 'installed', 0],
      ],
    );
    const resumed = await run('resume', 'jira');
    assert.equal(resumed.code, 0, resumed.err);
    assert.match(resumed.out, /^Resumed jira: suspended since .* by test@here: too loud $/);
    assert.match((await run('status')).out, /jira .* blocked - suspended by .*; resumed or run out since/);
    assert.equal((await run('apply', '--yes')).code, 0);
    assert.equal(await versions(fleet), 'jira 2.0.0, slack 2.0.0');
    const history = JSON.parse((await runInside(fleet, ['history', 'jira', '--output', 'json'])).out);
    assert.deepEqual(history.changes.map(({ action, who }: Record<string, string>) => `${action} ${who}`).slice(0, 4), [
      'reinstall test@here',
      'resume test@here',
      'reinstall test@here',
      'suspend test@here',
    ]);
  });

  it('of all packs holds for those too that come later; naming no pack ends it', async () => {
    await using fleet = await installed();
    await suspended(fleet, { refs: [] });
    await fleet.writePack('later');
    const { result } = await fleet.apply();
    assert.equal(result.outcome, 'blocked');
    assert.equal(await versions(fleet), 'jira 1.0.0, slack 1.0.0');
    const { out } = await runInside(fleet, ['status']);
    assert.match(out, /^jira .* 1\.0\.0 +suspended +- +waits: 1\.0\.0 → 2\.0\.0$/m);
    assert.match(out, /All packs are suspended by ann@host since .*: too loud; `attune-sync resume` ends that\./);
    assert.match((await runInside(fleet, ['history', 'jira'])).out, /\(all\) +suspend .*ann@host, suspend/);
    await assert.rejects(
      resume(fleet.context, { refs: ['jira'], ...ann }),
      (error) =>
        error instanceof SyncError &&
        error.code === 'not-suspended' &&
        /^All packs are suspended .*`attune-sync resume` ends that/.test(error.problems[0]?.hint ?? ''),
    );
    await resume(fleet.context, { refs: [], ...ann });
    assert.equal((await fleet.apply()).result.outcome, 'applied');
  });

  it('is replaced by the next one, and one that ran out counts for nothing', async () => {
    await using fleet = await installed();
    await suspended(fleet);
    const { heard } = await listen(fleet);
    const again = await suspended(fleet, { reason: 'still', until: new Date(Date.now() + 3_600_000) });
    assert.deepEqual(
      again.map(({ pack, reason }) => [pack, reason]),
      [['jira', 'still']],
    );
    // A daemon is told with the commit, and need not ask a remote.
    assert.deepEqual(await heard, { manager: 'test', by: 'command', who: 'ann@host', urls: [] });
    await fleet.sql(`UPDATE attune_sync.suspension SET expires = now() - interval '1 second'`);
    assert.equal((await fleet.plan()).suspensions, undefined);
    assert.equal((await fleet.apply()).result.outcome, 'applied');
    // Why it was suspended may be why it goes back.
    await suspended(fleet);
    const { result } = await rollback(fleet.context, { ref: 'jira', ...ann });
    assert.match(
      result?.packs[0]?.reason?.sentence ?? '',
      /^rolled back from 2\.0\.0 to 1\.0\.0, although suspended by ann/,
    );
    assert.equal(await versions(fleet), 'jira 1.0.0, slack 2.0.0');
    await fleet.sql(`UPDATE attune_sync.suspension SET expires = now() - interval '1 second'`);
    await suspended(fleet, { refs: ['slack'] });
    assert.deepEqual(await fleet.sql('SELECT pack FROM attune_sync.suspension'), [{ pack: 'slack' }]);
  });

  it('does not wait for a run that is under way: of that no further pack is written', async () => {
    await using fleet = await installed();
    const { progress } = fleet.context;
    const context = {
      ...fleet.context,
      progress: {
        ...progress,
        // Of the first pack, planned and locked, nothing is written yet.
        step: (async (phase, ref, work) => {
          if (phase === 'rows' && ref === 'jira') await suspended(fleet, { refs: [] });
          return progress.step(phase, ref, work);
        }) as typeof progress.step,
      },
    };
    const meanwhile = await reconcile(context, { cause: 'apply', ...ann });
    assert.deepEqual(
      meanwhile.result?.packs.map(({ ref, outcome, problems }) => [ref, outcome, problems[0]?.code]),
      [
        ['jira', 'blocked', 'suspended'],
        ['slack', 'blocked', 'suspended'],
      ],
    );
    assert.equal(await versions(fleet), 'jira 1.0.0, slack 1.0.0');
  });

  it('refuses what it cannot mean, every pack of it at once, and writes nothing then', async () => {
    await using fleet = await installed();
    await fleet.sql(`UPDATE attune_sync.pack SET manager = 'other' WHERE ref = 'slack'`);
    const codes = async (parts: Partial<SuspendOptions>) =>
      suspended(fleet, parts).then(
        () => [],
        (error: unknown) => (error instanceof SyncError ? error.problems.map(({ code, hint }) => [code, hint]) : error),
      );
    assert.deepEqual(await codes({ reason: ' ' }), [['missing-reason', undefined]]);
    assert.deepEqual(await codes({ until: new Date(0) }), [['invalid-until', undefined]]);
    assert.deepEqual(await codes({ refs: ['jria', 'slack', 'jira'] }), [
      ['unknown-pack', 'Did you mean jira?'],
      ['managed-by-another', 'Use the configuration of other.'],
    ]);
    assert.deepEqual(await fleet.sql('SELECT * FROM attune_sync.suspension'), []);
    const refused = async (...refs: readonly string[]) =>
      resume(fleet.context, { refs, ...ann }).then(
        () => [],
        (error: unknown) =>
          error instanceof SyncError ? error.problems.map(({ code, message, hint }) => [code, message, hint]) : error,
      );
    assert.deepEqual(await refused('jria', 'nope', 'jira'), [
      ['not-suspended', 'Nobody suspended jira by command.', '`attune-sync status` shows why a pack does not change.'],
      ['unknown-pack', 'There is no pack jria, and no document here names it.', 'Did you mean jira?'],
      [
        'unknown-pack',
        'There is no pack nope, and no document here names it.',
        '`attune-sync status` lists the packs there are.',
      ],
    ]);
    const all = await runInside(fleet, ['resume', '--all']);
    assert.deepEqual([all.code, all.out], [0, 'Nothing was suspended by command.\n'], all.err);
    // What a file says is ended in that file.
    await fleet.writePack('jira', {}, { version: '2.0.0', document: 'suspend: { reason: look first }\n' });
    await assert.rejects(
      resume(fleet.context, { refs: ['jira'], ...ann }),
      (error) =>
        error instanceof SyncError &&
        error.code === 'not-suspended' &&
        /look first; take `suspend` out of .*\/desired\/jira\.yaml:5 to end that\./.test(error.problems[0]?.hint ?? ''),
    );
    const { config } = fleet.context;
    const sync = { ...config.sync, suspend: { reason: 'freeze', by: 'ben' } };
    const { plan } = await look({ ...fleet.context, config: { ...config, sync } });
    assert.deepEqual(
      plan.suspensions?.map(({ pack, by, who }) => [pack, by, who]),
      [
        [null, 'configuration', 'ben'],
        ['jira', 'document', null],
      ],
    );
  });
});
