import assert from 'node:assert/strict';
import { test } from 'node:test';
import { migrate } from '../../src/commands/migrate.ts';
import type { DatabaseContext } from '../../src/context.ts';
import type { Database } from '../../src/database/database.ts';
import { migrateSync, migrationStatus, syncSchemaVersion } from '../../src/database/migrate.ts';
import { escapeBindings, readMigrations } from '../../src/database/read-migrations.ts';
import { withWriter } from '../../src/database/writer-lock.ts';
import type { SyncError } from '../../src/errors.ts';
import { createTestDatabase } from '../support/database.ts';
import { silentLogger } from '../support/server.ts';

const signal = new AbortController().signal;

function bringUpToDate(database: Database): Promise<readonly string[]> {
  return withWriter(database, { holder: 'test', timeoutMs: 10_000, signal }, (writer) => migrateSync(database, writer));
}

/** The command only uses these parts of its context. */
function contextOf(database: Database): DatabaseContext {
  return { database, log: silentLogger, signal } as unknown as DatabaseContext;
}

const names = (await readMigrations('sync')).map(({ name }) => name);

test('every migration is applied to a database of Attune, once, with a secret key made', async () => {
  await using one = await createTestDatabase({ like: 'ours', sync: false });
  assert.equal(await syncSchemaVersion(one.database), null);
  assert.deepEqual(await migrationStatus(one.database), { applied: [], pending: names });
  assert.deepEqual(await bringUpToDate(one.database), names);
  assert.deepEqual(await migrationStatus(one.database), { applied: names, pending: [] });
  assert.equal(await syncSchemaVersion(one.database), names.at(-1));
  const [{ value }] = await one.database.knex('attune_sync.settings').where({ key: 'secret_key' });
  assert.match(value, /^[0-9a-f]{64}$/);
  assert.deepEqual(await bringUpToDate(one.database), []);
  assert.deepEqual(await one.database.knex('attune_sync.settings').select('value'), [{ value }]);
});

test('two processes at once: one migrates, the other finds it done', async () => {
  await using one = await createTestDatabase({ like: 'ours', sync: false });
  const results = await Promise.all([bringUpToDate(one.database), bringUpToDate(one.database)]);
  assert.deepEqual(results.map(({ length }) => length).sort(), [0, names.length]);
});

test('everything of ours is in attune_sync, and nothing of Attune is changed', async () => {
  await using one = await createTestDatabase({ like: 'attune', sync: false });
  const { knex } = one.database;
  const list = async () =>
    (
      await knex.raw(`SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                     WHERE n.nspname NOT IN ('attune_sync', 'pg_catalog', 'information_schema', 'pg_toast') ORDER BY 1, 2`)
    ).rows;
  const before = await list();
  await bringUpToDate(one.database);
  assert.deepEqual(await list(), before);
});

test('question marks of a migration reach Postgres, in strings and as operators', async () => {
  await using one = await createTestDatabase({ like: 'empty' });
  const sql = `SELECT 'what?' AS said, '{"key": 1}'::jsonb ? 'key' AS has`;
  const { rows } = await one.database.knex.raw(escapeBindings(sql));
  assert.deepEqual(rows, [{ said: 'what?', has: true }]);
});

test('a schema that a newer release wrote is refused, by readers and writers', async () => {
  await using one = await createTestDatabase();
  await one.database.knex('attune_sync.migration').insert({ name: '9999_later', batch: 9, migration_time: new Date() });
  const isNewer = (error: SyncError) => {
    assert.equal(error.code, 'schema-newer');
    assert.match(error.message, /9999_later/);
    return true;
  };
  await assert.rejects(syncSchemaVersion(one.database), isNewer);
  await assert.rejects(bringUpToDate(one.database), isNewer);
});

test('migrate reports the status without writing, then migrates', async () => {
  await using one = await createTestDatabase({ like: 'ours', sync: false });
  const context = contextOf(one.database);
  const nothing = { applied: [], migrated: [], attuneTables: [] };
  assert.deepEqual(await migrate(context, { status: true }), { ...nothing, pending: names });
  assert.deepEqual(await migrate(context, { status: true }), { ...nothing, pending: names });
  assert.deepEqual(await migrate(context), { ...nothing, migrated: names, pending: [] });
  assert.deepEqual(await migrate(context), { ...nothing, applied: names, pending: [] });
});

test("migrate refuses a database without Attune's tables and makes nothing in it, until it is told to create them", async () => {
  await using one = await createTestDatabase({ like: 'empty' });
  const context = contextOf(one.database);
  const isRefused = (elsewhere: RegExp, hint: RegExp) => (error: SyncError) => {
    assert.equal(error.code, 'attune-missing');
    assert.match(error.message, /^Database attune_sync_test_\w+ at \S+ has no tables of Attune in schema attune\. /);
    assert.match(error.message, elsewhere);
    assert.match(error.problems[0]?.hint ?? '', hint);
    return true;
  };
  const nowhere = isRefused(/No other schema has them either\.$/, /`attune-sync migrate --create-attune-tables`/);
  await assert.rejects(migrate(context), nowhere);
  await assert.rejects(migrate(context, { status: true }), nowhere);
  await assert.rejects(bringUpToDate(one.database), nowhere);
  const other = { ...one.database, schema: 'other' };
  await one.database.knex.raw('CREATE SCHEMA other');
  await one.database.knex.raw('CREATE TABLE other.pack (id BIGINT)');
  const there = isRefused(/Schema other has them\.$/, /`database\.schema: other`.*--create-attune-tables/s);
  await assert.rejects(migrate(context), there);
  await assert.rejects(migrate(contextOf(other)), { code: 'attune-columns' });
  const schemas = await one.database.knex.raw(`SELECT FROM pg_namespace WHERE nspname IN ('attune', 'attune_sync')`);
  assert.equal(schemas.rowCount, 0);

  const attune = (await readMigrations('attune')).map(({ name }) => name);
  const made = await migrate(context, { createAttuneTables: true });
  assert.deepEqual([made.attuneTables, made.migrated], [attune, names]);
  assert.deepEqual(await one.database.knex('pack'), []);
});
