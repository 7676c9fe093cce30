import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { overrideDrop } from '../../src/commands/override-drop.ts';
import { overrideList } from '../../src/commands/override-list.ts';
import { SyncError } from '../../src/errors.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { writeConfig } from '../support/cli-child.ts';
import { runInside } from '../support/cli-inside.ts';
import { createFleet, type Fleet } from '../support/fleet.ts';

const config = `conf_schema:
  url: { type: string, default: "https://default" }
  token: { type: string, default: "none", secret: true }
`;
const poller = {
  'triggers/issue.yaml': 'ref: jira.issue\n',
  'triggers/comment.yaml': 'ref: jira.comment\n',
};

/** A pack in which a person switched a trigger off and set two keys, and one that the pack knows nothing of. */
async function touched(fleet: Fleet): Promise<void> {
  await fleet.writePack('jira', poller, { pack: config });
  await fleet.writePack('vault', { 'triggers/opened.yaml': 'ref: vault.opened\n' });
  await fleet.apply();
  await fleet.sql(`UPDATE trigger SET enabled = FALSE WHERE ref IN ('jira.issue', 'vault.opened')`);
  await fleet.sql(
    `UPDATE pack SET config = config || '{"url": "https://theirs", "token": "t0p-secret-value", "note": "mine"}' WHERE ref = 'jira'`,
  );
  await fleet.apply();
}

async function listed(fleet: Fleet, ref?: string): Promise<unknown[]> {
  return (await overrideList(fleet.context, ref)).map(({ ref, field, value, own }) => [ref, field, value, own]);
}

function drop(fleet: Fleet, ref: string, field?: string) {
  const options = { who: 'ada@here', lockTimeoutMs: 20_000, ref };
  return overrideDrop(fleet.context, field === undefined ? options : { ...options, field });
}

function planned({ changes }: Plan): unknown[] {
  return changes.map(({ ref, action, reason, pack, components }) => [
    ref,
    action,
    reason.code,
    [...pack.fields, ...components.flatMap(({ fields }) => fields)].map(({ field, after }) => `${field} → ${after}`),
  ]);
}

describe('override list', () => {
  it('shows every switch and key that people set, secrets and what no schema tells as digests', async () => {
    await using fleet = await createFleet();
    await touched(fleet);
    const all = await overrideList(fleet.context);
    assert.deepEqual(
      all.map(({ ref, field, own }) => [ref, field, own]),
      [
        ['jira', 'note', true],
        ['jira', 'token', false],
        ['jira', 'url', false],
        ['jira.issue', 'enabled', false],
        ['vault.opened', 'enabled', false],
      ],
    );
    assert.match(String(all[0]?.value), /^secret:[0-9a-f]{12}$/);
    assert.match(String(all[1]?.value), /^secret:[0-9a-f]{12}$/);
    assert.deepEqual([all[2]?.value, all[3]?.value], ['https://theirs', false]);
    assert.deepEqual(await listed(fleet, 'jira.issue'), [['jira.issue', 'enabled', false, false]]);
    assert.equal((await listed(fleet, 'jira')).length, 4);
    assert.deepEqual(await listed(fleet, 'nothing'), []);
  });

  it('shows nothing before the first apply', async () => {
    await using fleet = await createFleet({ migrated: false });
    assert.deepEqual(await listed(fleet), []);
  });
});

describe('override drop', () => {
  it('gives a switch back to the pack with the next apply, and history says who did', async () => {
    await using fleet = await createFleet();
    await touched(fleet);
    const dropped = await drop(fleet, 'jira.issue');
    assert.deepEqual(
      dropped?.map(({ ref, field }) => [ref, field]),
      [['jira.issue', 'enabled']],
    );
    assert.deepEqual(planned(await fleet.plan()), [['jira', 'configure', 'config-changed', ['enabled → true']]]);
    await fleet.apply();
    assert.deepEqual(await fleet.sql(`SELECT enabled FROM trigger WHERE ref = 'jira.issue'`), [{ enabled: true }]);
    assert.deepEqual((await fleet.plan()).changes, []);
    const [run] = await fleet.sql(
      `SELECT r.cause, r.who, r.outcome, c.pack, c.reason_code, c.reason FROM attune_sync.run r
         JOIN attune_sync.run_change c ON c.run = r.id WHERE r.cause = 'override drop'`,
    );
    assert.deepEqual(run, {
      cause: 'override drop',
      who: 'ada@here',
      outcome: 'applied',
      pack: 'jira',
      reason_code: 'override-dropped',
      reason: 'no longer as a person set it: enabled of jira.issue',
    });
  });

  it('gives a config key back to the pack, and leaves the others', async () => {
    await using fleet = await createFleet();
    await touched(fleet);
    await drop(fleet, 'jira', 'url');
    assert.deepEqual(planned(await fleet.plan()), [
      ['jira', 'configure', 'config-changed', ['config.url → https://default']],
    ]);
    await fleet.apply();
    assert.deepEqual(await fleet.sql(`SELECT config FROM pack WHERE ref = 'jira'`), [
      { config: { url: 'https://default', token: 't0p-secret-value', note: 'mine' } },
    ]);
    assert.deepEqual((await fleet.plan()).changes, []);
  });

  it('of a pack ends all of them but those that nothing would take the place of', async () => {
    await using fleet = await createFleet();
    await touched(fleet);
    assert.equal((await drop(fleet, 'jira'))?.length, 3);
    await fleet.apply();
    assert.deepEqual(await fleet.sql(`SELECT config FROM pack WHERE ref = 'jira'`), [
      { config: { url: 'https://default', token: 'none', note: 'mine' } },
    ]);
    assert.equal((await listed(fleet)).length, 2);
  });

  const refusals: readonly (readonly [string, readonly [string, string?], string, RegExp])[] = [
    ['a key without default', ['jira', 'note'], 'no-default', /no default for note/],
    ['what nobody set', ['jira.comment'], 'unknown-override', /Nobody has set jira\.comment/],
    ['what does not exist, with the nearest', ['jira.isue'], 'unknown-override', /jira\.isue/],
    ['a field that nobody set', ['jira', 'uri'], 'unknown-override', /uri of jira/],
  ];
  for (const [name, [ref, field], code, message] of refusals) {
    it(`refuses ${name}`, async () => {
      await using fleet = await createFleet();
      await touched(fleet);
      await assert.rejects(
        drop(fleet, ref, field),
        (error) => error instanceof SyncError && error.code === code && message.test(error.message),
      );
      assert.equal((await listed(fleet)).length, 5);
    });
  }

  it('refuses what is in a pack of another manager', async () => {
    await using fleet = await createFleet();
    await touched(fleet);
    await fleet.sql(`UPDATE attune_sync.pack SET manager = 'other' WHERE ref = 'jira'`);
    await assert.rejects(drop(fleet, 'jira.issue'), { code: 'managed-by-another' });
    assert.deepEqual(await listed(fleet), [['vault.opened', 'enabled', false, false]]);
  });

  it('asks, and a no drops nothing', async () => {
    await using fleet = await createFleet();
    await touched(fleet);
    const options = { ref: 'jira.issue', who: 'ada@here', lockTimeoutMs: 20_000 };
    assert.equal(await overrideDrop(fleet.context, { ...options, confirm: async () => false }), null);
    assert.equal((await listed(fleet)).length, 5);
  });

  it('is refused where nobody can be asked, and done with --yes', async () => {
    await using fleet = await createFleet();
    await touched(fleet);
    await writeConfig(fleet);
    assert.match((await runInside(fleet, ['override', 'drop', 'jira.isue'])).err, /\[unknown-override\]/);
    const refused = await runInside(fleet, ['override', 'drop', 'jira.issue']);
    assert.equal(refused.code, 1);
    assert.match(refused.err, /no terminal to ask on.*`attune-sync override drop jira\.issue --yes`/s);
    const done = await runInside(fleet, ['override', 'drop', 'jira.issue', '--yes']);
    assert.deepEqual([done.code, done.err], [0, '']);
    assert.match(done.out, /jira\.issue enabled = false\nDropped 1 override\./);
    const shown = await runInside(fleet, ['override', 'list', '--output', 'json']);
    const { overrides } = JSON.parse(shown.out) as { overrides: { ref: string; field: string }[] };
    assert.deepEqual(
      overrides.map(({ ref, field }) => `${ref} ${field}`),
      ['jira note', 'jira token', 'jira url', 'vault.opened enabled'],
    );
    assert.doesNotMatch(shown.out, /t0p-secret-value|mine/);
  });
});

describe('an override', () => {
  it('ends where the document decides, and the value comes back when the document lets go', async () => {
    await using fleet = await createFleet();
    await touched(fleet);
    await fleet.writePack('jira', poller, {
      pack: config,
      document: 'config: { url: "https://document" }\nenabled: { jira.issue: true }\n',
    });
    await fleet.apply();
    assert.deepEqual(await listed(fleet, 'jira.issue'), []);
    await fleet.writePack('jira', poller, { pack: config });
    await fleet.apply();
    const [row] = await fleet.sql<{ url: string; enabled: boolean }>(
      `SELECT p.config ->> 'url' AS url, t.enabled FROM pack p, trigger t WHERE p.ref = 'jira' AND t.ref = 'jira.issue'`,
    );
    assert.deepEqual(row, { url: 'https://theirs', enabled: true });
    assert.deepEqual((await fleet.plan()).changes, []);
  });
});
