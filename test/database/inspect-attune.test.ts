import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { inspectAttune } from '../../src/database/inspect-attune.ts';
import { migrationStatus, syncSchemaVersion } from '../../src/database/migrate.ts';
import { openConnection } from '../../src/database/open-database.ts';
import type { SyncError } from '../../src/errors.ts';
import { createTestDatabase } from '../support/database.ts';
import { silentLogger } from '../support/server.ts';

test('our own tables lack nothing', async () => {
  await using one = await createTestDatabase();
  assert.deepEqual(await inspectAttune(one.database), { missing: { kinds: [], columns: [] } });
});

test('what an older Attune lacks is reported and no error', async () => {
  await using one = await createTestDatabase({ like: 'attune' });
  assert.deepEqual(await inspectAttune(one.database), {
    missing: {
      kinds: ['runtime_version'],
      columns: ['action.runtime_version_constraint', 'sensor.runtime_version_constraint'],
    },
  });
});

const refused: readonly {
  readonly name: string;
  readonly sql: string;
  readonly schema?: string;
  readonly code: string;
  readonly message: RegExp;
}[] = [
  {
    name: 'a schema without the tables, naming those that have them',
    sql: 'SELECT 1',
    schema: 'public',
    code: 'attune-missing',
    message: /^Database \S+ at \S+ has no tables of Attune in schema public\. Schema attune has them\.$/,
  },
  {
    name: 'missing required columns, each by name',
    sql: 'ALTER TABLE action DROP COLUMN is_adhoc; ALTER TABLE rule DROP COLUMN trigger_ref; DROP TABLE policy CASCADE',
    code: 'attune-columns',
    message: /lack .*action\.is_adhoc.*policy\.ref.*rule\.trigger_ref/,
  },
  {
    name: 'a later Attune without sensor.trigger',
    sql: 'ALTER TABLE sensor DROP COLUMN trigger',
    code: 'attune-later',
    message: /later release of Attune \(it has no sensor\.trigger\)/,
  },
  {
    name: 'a later Attune with releases of packs',
    sql: 'ALTER TABLE pack ADD COLUMN active_release BIGINT',
    code: 'attune-later',
    message: /later release of Attune \(it has pack\.active_release\)/,
  },
];

for (const { name, sql, schema, code, message } of refused) {
  test(`refused: ${name}`, async () => {
    await using one = await createTestDatabase();
    await one.database.knex.raw(sql);
    const database = { ...one.database, schema: schema ?? one.database.schema };
    await assert.rejects(inspectAttune(database), (error: SyncError) => {
      assert.equal(error.code, code);
      assert.match(error.message, message);
      return true;
    });
  });
}

test('a database without any tables of Attune says so', async () => {
  await using one = await createTestDatabase({ like: 'empty' });
  await assert.rejects(inspectAttune(one.database), {
    code: 'attune-missing',
    message: /has no tables of Attune in schema attune\. No other schema has them either\.$/,
  });
});

test('a role that may only select can inspect, and read the version of our schema', async () => {
  await using one = await createTestDatabase();
  const role = `reader_${randomBytes(4).toString('hex')}`;
  const { knex } = one.database;
  await knex.raw(`CREATE ROLE ${role} LOGIN PASSWORD 'only-reads'`);
  await knex.raw(`GRANT USAGE ON SCHEMA attune, attune_sync TO ${role}`);
  await knex.raw(`GRANT SELECT ON ALL TABLES IN SCHEMA attune, attune_sync TO ${role}`);
  try {
    const reader = await openConnection(asRole(one.url, role), 'attune', silentLogger);
    assert.deepEqual(await inspectAttune(reader), { missing: { kinds: [], columns: [] } });
    assert.equal(await syncSchemaVersion(reader), await syncSchemaVersion(one.database));
    assert.deepEqual((await migrationStatus(reader)).pending, []);
    await assert.rejects(async () => reader.knex('pack').delete(), { code: '42501' });
    await reader.close();
  } finally {
    await knex.raw(`DROP OWNED BY ${role}`);
    await knex.raw(`DROP ROLE ${role}`);
  }
});

test('a role without a right on our schema is told which database denies it', async () => {
  await using one = await createTestDatabase();
  const role = `nobody_${randomBytes(4).toString('hex')}`;
  const { knex } = one.database;
  await knex.raw(`CREATE ROLE ${role} LOGIN PASSWORD 'only-reads'`);
  try {
    const reader = await openConnection(asRole(one.url, role), 'attune', silentLogger);
    await assert.rejects(syncSchemaVersion(reader), (error: SyncError) => {
      assert.equal(error.code, 'database-denied');
      assert.match(error.message, /^Database attune_sync_test_.* denies a right that is needed: .*attune_sync/);
      return true;
    });
    await reader.close();
  } finally {
    await knex.raw(`DROP ROLE ${role}`);
  }
});

function asRole(url: string, role: string): { connectionString: string } {
  return { connectionString: url.replace(/^(postgres(?:ql)?:\/\/)[^@/]*@/, `$1${role}:only-reads@`) };
}
