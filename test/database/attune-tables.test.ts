import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Knex } from 'knex';
import { createAttuneTables } from '../../src/database/create-attune-tables.ts';
import type { SyncError } from '../../src/errors.ts';
import { createTestDatabase } from '../support/database.ts';

type Ids = Readonly<Record<'pack' | 'runtime' | 'workflow' | 'action' | 'trigger' | 'execution', string>>;

/** One pack with a runtime, a workflow, an action on both, and an execution of that action. */
async function fill(knex: Knex): Promise<Ids> {
  const insert = async (table: string, row: object): Promise<string> => {
    const [inserted] = await knex(table).insert(row, 'id');
    return String(inserted.id);
  };
  const pack = await insert('pack', { ref: 'jira', label: 'Jira', version: '1.0.0' });
  const of = { pack, pack_ref: 'jira', label: 'x' };
  const runtime = await insert('runtime', { ref: 'jira.node', pack, name: 'Node', distributions: '{}' });
  const workflow = await insert('workflow_definition', { ...of, ref: 'jira.flow', version: '1', definition: '{}' });
  const action = await insert('action', {
    ...of,
    ref: 'jira.run',
    description: '',
    entrypoint: 'run.js',
    runtime,
    workflow_def: workflow,
  });
  const trigger = await insert('trigger', { ...of, ref: 'jira.changed' });
  const execution = await insert('execution', { action, action_ref: 'jira.run', workflow_def: workflow });
  return { pack, runtime, workflow, action, trigger, execution };
}

test('deleting an action keeps its executions, with the ref as text', async () => {
  for (const like of ['ours', 'attune'] as const) {
    await using one = await createTestDatabase({ like });
    const { knex } = one.database;
    const ids = await fill(knex);
    await knex('action').where({ id: ids.action }).delete();
    assert.deepEqual(await knex('execution').select('action', 'action_ref'), [
      { action: null, action_ref: 'jira.run' },
    ]);
  }
});

test('deleting a workflow keeps its executions and its action in our tables', async () => {
  await using one = await createTestDatabase();
  const { knex } = one.database;
  const ids = await fill(knex);
  await knex('workflow_definition').where({ id: ids.workflow }).delete();
  assert.deepEqual(await knex('execution').select('id', 'workflow_def'), [{ id: ids.execution, workflow_def: null }]);
  assert.deepEqual(await knex('action').select('id', 'workflow_def'), [{ id: ids.action, workflow_def: null }]);
});

test('deleting a workflow takes its executions and its action along in tables that Attune made', async () => {
  await using one = await createTestDatabase({ like: 'attune' });
  const { knex } = one.database;
  const ids = await fill(knex);
  await knex('workflow_definition').where({ id: ids.workflow }).delete();
  assert.deepEqual(await knex('execution'), []);
  assert.deepEqual(await knex('action'), []);
});

test('a runtime that an action uses can be deleted in our tables and is held in those Attune made', async () => {
  await using ours = await createTestDatabase();
  const ids = await fill(ours.database.knex);
  await ours.database.knex('runtime').where({ id: ids.runtime }).delete();
  assert.deepEqual(await ours.database.knex('action').select('id', 'runtime'), [{ id: ids.action, runtime: null }]);

  await using theirs = await createTestDatabase({ like: 'attune' });
  const other = await fill(theirs.database.knex);
  await assert.rejects(async () => theirs.database.knex('runtime').where({ id: other.runtime }).delete(), {
    constraint: 'action_runtime_fkey',
  });
});

test('a pack that owns a key cannot be deleted, so that no secret is lost', async () => {
  for (const like of ['ours', 'attune'] as const) {
    await using one = await createTestDatabase({ like });
    const { knex } = one.database;
    const { pack } = await fill(knex);
    await knex('key').insert({ ...aKey, owner_type: 'pack', owner_pack: pack });
    assert.deepEqual(await knex('key').select('owner'), [{ owner: pack }]);
    await assert.rejects(async () => knex('pack').where({ id: pack }).delete(), { constraint: 'key_owner_pack_fkey' });
  }
});

const aKey = { ref: 'jira.token', name: 'token', encrypted: false, value: 'x' };

test('a key has exactly the owner that its type names', async () => {
  await using one = await createTestDatabase();
  const { knex } = one.database;
  const { pack, action } = await fill(knex);
  const wrong = [
    { owner_type: 'pack' },
    { owner_type: 'pack', owner_action: action },
    { owner_type: 'pack', owner_pack: pack, owner_action: action },
    { owner_type: 'system', owner_pack: pack },
  ];
  for (const owner of wrong) {
    await assert.rejects(
      async () => knex('key').insert({ ...aKey, ...owner }),
      { code: '23514' },
      JSON.stringify(owner),
    );
  }
  await knex('key').insert({ ...aKey, owner_type: 'system' });
  assert.deepEqual(await knex('key').select('owner'), [{ owner: 'system' }]);
});

test('a webhook key is made once, kept, replaced on demand and ended', async () => {
  await using one = await createTestDatabase();
  const { knex } = one.database;
  const { trigger } = await fill(knex);
  const call = async (name: string) => (await knex.raw(`SELECT * FROM ${name}(${trigger})`)).rows[0];
  const first = await call('enable_trigger_webhook');
  assert.match(first.webhook_key, /^wh_[0-9a-f]{48}$/);
  assert.deepEqual(await call('enable_trigger_webhook'), first);
  const next = await call('regenerate_trigger_webhook_key');
  assert.notEqual(next.webhook_key, first.webhook_key);
  assert.equal(next.previous_key_revoked, true);
  await call('disable_trigger_webhook');
  assert.deepEqual(await knex('trigger').select('webhook_enabled', 'webhook_key'), [
    { webhook_enabled: false, webhook_key: null },
  ]);
});

test('an update moves the time of the row', async () => {
  await using one = await createTestDatabase();
  const { knex } = one.database;
  await fill(knex);
  await knex('pack').update({ label: 'Other' });
  const [{ moved }] = await knex('pack').select(knex.raw('updated > created AS moved'));
  assert.equal(moved, true);
});

test('refs and versions that Attune refuses are refused', async () => {
  await using one = await createTestDatabase();
  const { knex } = one.database;
  const { pack } = await fill(knex);
  const rows: readonly (readonly [table: string, row: object, constraint: string])[] = [
    ['pack', { ref: '../x', label: 'x', version: '1.0.0' }, 'pack_ref_format'],
    ['pack', { ref: 'x1', label: 'x', version: '1.0' }, 'pack_version_semver'],
    ['trigger', { ref: 'jira.a.b', pack, label: 'x' }, 'trigger_ref_format'],
    ['trigger', { ref: 'jira.A', pack, label: 'x' }, 'trigger_ref_lowercase'],
  ];
  for (const [table, row, constraint] of rows) {
    await assert.rejects(async () => knex(table).insert(row), { constraint });
  }
});

test('the tables are created in an empty schema, once, also by two at the same time', async () => {
  await using one = await createTestDatabase({ like: 'empty' });
  const results = await Promise.all([createAttuneTables(one.database), createAttuneTables(one.database)]);
  assert.deepEqual(results.map((names) => names.length > 0).sort(), [false, true]);
  assert.deepEqual(await createAttuneTables(one.database), []);
});

test('a schema with other tables is left alone, and named', async () => {
  await using one = await createTestDatabase({ like: 'empty' });
  await one.database.knex.raw('CREATE SCHEMA attune');
  await one.database.knex.raw('CREATE TABLE attune.invoice (id INT)');
  await assert.rejects(createAttuneTables(one.database), (error: SyncError) => {
    assert.equal(error.code, 'attune-tables-exist');
    assert.match(error.message, /Schema attune has tables already \(invoice\)/);
    return true;
  });
});

test('pack, runtime and runtime_version have the columns of the specification, in its order', async () => {
  await using one = await createTestDatabase();
  const { rows } = await one.database.knex.raw(
    `SELECT table_name, string_agg(column_name, ' ' ORDER BY ordinal_position) AS columns FROM information_schema.columns
     WHERE table_schema = 'attune' AND table_name IN ('pack', 'runtime', 'runtime_version') GROUP BY 1 ORDER BY 1`,
  );
  assert.deepEqual(
    rows.map(({ columns }: { columns: string }) => columns),
    [
      'id ref label description version conf_schema config meta tags runtime_deps dependencies is_standard installers source_type source_url source_ref checksum checksum_verified installed_at installed_by installation_method storage_path created updated',
      'id ref pack pack_ref description name distributions installation installers execution_config created updated',
      'id runtime runtime_ref version version_major version_minor version_patch execution_config distributions is_default available verified_at meta created updated',
    ],
  );
});
