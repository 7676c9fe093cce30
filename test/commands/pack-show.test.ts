import assert from 'node:assert/strict';
import { test } from 'node:test';
import { packList } from '../../src/commands/pack-list.ts';
import { packShow } from '../../src/commands/pack-show.ts';
import { renderPackListJson, renderPackListText } from '../../src/commands/render-pack-list.ts';
import { renderPackShowJson, renderPackShowText } from '../../src/commands/render-pack-show.ts';
import { status } from '../../src/commands/status.ts';
import type { DatabaseContext } from '../../src/context.ts';
import type { Database } from '../../src/database/database.ts';
import { SyncError } from '../../src/errors.ts';
import { createTestDatabase } from '../support/database.ts';

const commit = 'abc1234'.padEnd(40, '0');
const text = { color: false, width: 100 };
const nothing = { documents: [], mentioned: [], entries: [], problems: [] };

/** Only what the commands that read use of a context. */
function contextOf(database: Database): DatabaseContext {
  const config = { name: 'examples', packStore: { directory: '/nowhere' }, desiredState: [], sync: {} };
  return { config, database, now: () => new Date() } as unknown as DatabaseContext;
}

async function fill({ knex }: Database, recorded: boolean): Promise<void> {
  await knex.raw(`
    INSERT INTO identity (login) VALUES ('attune-sync');
    INSERT INTO pack (ref, label, version, source_type, source_url, source_ref, checksum, checksum_verified,
        installed_at, installed_by, installation_method, storage_path)
      SELECT 'jira', 'Jira', '1.0.0', 'git', 'https://git.example.com/jira.git', 'main', repeat('a', 64), true,
        '2026-11-21T00:30:12Z', id, 'sync', '/packs/jira-1.0.0' FROM identity;
    INSERT INTO pack (ref, label, version, source_type, installed_at)
      VALUES ('old', 'Old', '0.1.0', 'local_directory', NULL);
    INSERT INTO trigger (ref, pack, pack_ref, label, enabled)
      SELECT 'jira.created', id, ref, 'Created', false FROM pack WHERE ref = 'jira';
    INSERT INTO action (ref, pack, pack_ref, label, description, entrypoint, is_adhoc)
      SELECT 'jira.' || name, id, ref, name, '', 'x', name = 'mine'
      FROM pack, (VALUES ('close'), ('mine'), ('other')) AS names (name) WHERE ref = 'jira';
    INSERT INTO rule (ref, pack, pack_ref, label, description, action_ref, trigger, trigger_ref, enabled)
      SELECT 'jira.r', pack, pack_ref, 'r', '', 'gone.y', id, ref, true FROM trigger;
  `);
  if (!recorded) return;
  const source = { type: 'git', url: 'https://git.example.com/jira.git', ref: 'main', commit, path: 'packs/jira' };
  const pack = { ref: 'jira', manager: 'examples', version: '1.0.0', digest: 'a'.repeat(64), columns: {}, source };
  await knex('attune_sync.pack').insert(pack);
  await knex.raw(`
     INSERT INTO attune_sync.component (kind, ref, pack, id, columns, names, enabled) VALUES
       ('trigger', 'jira.created', 'jira', 1, '{}', '{}', false),
       ('action', 'jira.close', 'jira', 1, '{}', '{"runtime": null}', NULL),
       ('rule', 'jira.r', 'jira', 1, '{}', '{}', true);
     INSERT INTO attune_sync.override (kind, ref, field, pack, value) VALUES
       ('trigger', 'jira.created', 'enabled', 'jira', 'false'), ('pack', 'jira', 'api_token', 'jira', '"plain"');
     INSERT INTO attune_sync.run (manager, cause, who, started, ended, outcome, entries, signature) VALUES
       ('examples', 'apply', 'ada@host', '2026-11-21T00:30:00Z', '2026-11-21T00:30:12Z', 'applied', '{}', 'a'),
       ('examples', 'daemon', 'ada@host', '2026-11-21T00:31:00Z', '2026-11-21T00:31:12Z', 'failed', '{}', 'b');
     INSERT INTO attune_sync.run_change (run, position, pack, action, reason_code, reason, outcome, message) VALUES
       (1, 0, 'jira', 'install', 'not-installed', 'not installed', 'applied', NULL),
       (2, 0, 'jira', 'reinstall', 'content-changed', 'content changed', 'failed', 'disk full')`);
}

test('pack list shows every pack with its manager, and filters', async () => {
  await using made = await createTestDatabase();
  await fill(made.database, true);
  const context = contextOf(made.database);
  const refs = async (options: Parameters<typeof packList>[1]) =>
    (await packList(context, options)).map(({ ref }) => ref);
  assert.deepEqual(await refs({}), ['jira', 'old']);
  assert.deepEqual(await refs({ sourceType: 'git' }), ['jira']);
  assert.deepEqual(await refs({ sourceType: 'directory' }), ['old']);
  assert.deepEqual(await refs({ sourceType: 'local_directory' }), ['old']);
  assert.deepEqual(await refs({ manager: 'examples' }), ['jira']);
  assert.deepEqual(await refs({ manager: 'nobody' }), []);
  assert.deepEqual(await refs({ unmanaged: true }), ['old']);
  const packs = await packList(context, {});
  assert.equal(
    renderPackListText(packs, text),
    `PACK  VERSION  MANAGER    SOURCE     COMMIT   INSTALLED
jira  1.0.0    examples   git        abc1234  2026-11-21 00:30:12Z
old   0.1.0    unmanaged  directory  -        -

2 packs.
`,
  );
  assert.match(JSON.stringify(renderPackListJson(packs)), /"installedAt":"2026-11-21T00:30:12.000Z"/);
});

test('pack show tells all about one pack, secrets masked', async () => {
  await using made = await createTestDatabase();
  await fill(made.database, true);
  assert.equal((await packShow(contextOf(made.database), 'old')).pack.sourceType, 'directory');
  const details = await packShow(contextOf(made.database), 'jira');
  assert.equal(
    renderPackShowText(details, text),
    `Pack:        jira 1.0.0
Label:       Jira
Manager:     examples
Source:      git https://git.example.com/jira.git
Ref:         main
Path:        packs/jira
Commit:      ${commit}
Checksum:    sha256:${'a'.repeat(64)} (verified)
Storage:     /packs/jira-1.0.0
Installed:   2026-11-21 00:30:12Z by attune-sync (sync)

Components: 1 trigger, 3 actions, 1 rule
  REF           KIND     SWITCH  ORIGIN
  jira.created  trigger  off
  jira.close    action
  jira.mine     action           ad-hoc
  jira.other    action           unmanaged
  jira.r        rule     on

Orphans:
  rule jira.r waits for action gone.y

Overrides:
  pack jira: api_token = "(secret)"
  trigger jira.created: enabled = false

Last runs:
  RUN  ENDED                 ACTION     OUTCOME  REASON         CAUSE
  2    2026-11-21 00:31:12Z  reinstall  failed   disk full      daemon by ada@host
  1    2026-11-21 00:30:12Z  install    applied  not installed  apply by ada@host
`,
  );
  assert.doesNotMatch(JSON.stringify(renderPackShowJson(details)), /plain/);
});

test('status tells the last failure, orphans and degraded actions', async () => {
  await using made = await createTestDatabase();
  await fill(made.database, true);
  const { packs, lastRun } = await status(contextOf(made.database), nothing);
  assert.equal(lastRun?.id, '2');
  assert.deepEqual(packs, [
    {
      ref: 'jira',
      desired: 'git main',
      installed: '1.0.0',
      state: 'failed',
      commit,
      message: 'disk full; no runtime for action jira.close; rule jira.r waits for action gone.y',
    },
  ]);
});

for (const like of ['ours', 'attune'] as const) {
  test(`before the first apply, in a database like ${like}, everything is unmanaged and nothing is created`, async () => {
    await using made = await createTestDatabase({ like, sync: false });
    await fill(made.database, false);
    const context = contextOf(made.database);
    assert.deepEqual(
      (await packList(context, { unmanaged: true })).map(({ ref }) => ref),
      ['jira', 'old'],
    );
    const details = await packShow(context, 'jira');
    assert.ok(details.components.every(({ unmanaged }) => unmanaged));
    const empty = { manager: 'examples', lastRun: null, suspensions: [], packs: [], problems: [] };
    assert.deepEqual(await status(context, nothing), empty);
    const { rows } = await made.database.knex.raw("SELECT to_regnamespace('attune_sync') IS NULL AS absent");
    assert.equal(rows[0].absent, true);
  });
}

test('a ref that Attune does not have, or that is none of ours, is an error with the way on', async () => {
  await using made = await createTestDatabase();
  await fill(made.database, true);
  await assert.rejects(packShow(contextOf(made.database), 'nope'), { code: 'unknown-pack' });
  const listDesired = async () => ['slack', 'jira'];
  await assert.rejects(packShow(contextOf(made.database), 'nope', listDesired), { code: 'unknown-pack' });
  await assert.rejects(packShow(contextOf(made.database), 'slack', listDesired), (error) => {
    assert.ok(error instanceof SyncError);
    assert.deepEqual(
      [error.code, error.message, error.problems[0]?.hint],
      ['not-installed', 'A document names slack, and it is not installed.', '`attune-sync status slack` shows why.'],
    );
    return true;
  });
  await assert.rejects(status(contextOf(made.database), { ...nothing, ref: 'old' }), { code: 'unknown-pack' });
});

test('a role that may only read is enough', async () => {
  await using made = await createTestDatabase();
  await fill(made.database, true);
  await made.database.knex.transaction(async (transaction) => {
    await transaction.raw('SET TRANSACTION READ ONLY');
    const context = contextOf({ ...made.database, knex: transaction });
    await packShow(context, 'jira');
    await packList(context, {});
    await status(context, nothing);
  });
});

for (const [verb, read] of [
  ['status', (context: DatabaseContext) => status(context, nothing)],
  ['pack list', (context: DatabaseContext) => packList(context, {})],
  ['pack show', (context: DatabaseContext) => packShow(context, 'jira')],
] as const) {
  test(`${verb} says so where the database is not the one of Attune`, async () => {
    await using made = await createTestDatabase({ like: 'empty' });
    await assert.rejects(read(contextOf(made.database)), { code: 'attune-missing' });
  });
}
