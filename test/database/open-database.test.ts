import assert from 'node:assert/strict';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { inspect } from 'node:util';
import type { DatabaseSettings } from '../../src/config/config.ts';
import { inspectAttune } from '../../src/database/inspect-attune.ts';
import { openDatabase } from '../../src/database/open-database.ts';
import type { SyncError } from '../../src/errors.ts';
import { createRedactor } from '../../src/redactor.ts';
import { Secret } from '../../src/secret.ts';
import { createTestDatabase } from '../support/database.ts';
import { silentLogger } from '../support/server.ts';
import { makeStateDir } from './embedded/server-process.ts';
import { type DatabaseProxy, startProxy } from './start-proxy.ts';

const canary = 'canary-5e3c1';

function open(settings: DatabaseSettings, stateDir = '/nonexistent', redactor = createRedactor()) {
  return openDatabase(settings, { stateDir, log: silentLogger, redactor, signal: new AbortController().signal });
}

function byUrl(url: string): DatabaseSettings {
  return { type: 'url', url: new Secret(url), schema: 'attune' };
}

test("the embedded database comes with Attune's tables, and keeps them", async () => {
  await using state = await makeStateDir();
  const settings: DatabaseSettings = { type: 'embedded', schema: 'attune' };
  const first = await open(settings, state.path);
  assert.deepEqual(await inspectAttune(first), { missing: { kinds: [], columns: [] } });
  await first.knex('pack').insert({ ref: 'kept', label: 'Kept', version: '1.0.0' });
  await first.close();
  const second = await open(settings, state.path);
  assert.deepEqual(await second.knex('pack').select('ref'), [{ ref: 'kept' }]);
  await second.close();
  await rm(join(state.path, 'postgres'), { recursive: true });
});

test('a session is set up: schema, name, text of big numbers, a server that notices a vanished client', async () => {
  await using one = await createTestDatabase();
  const database = await open(one.settings);
  const { rows } = await database.knex.raw(`SELECT current_setting('search_path') AS path,
    current_setting('application_name') AS name, current_setting('client_connection_check_interval') AS check,
    9007199254740993::int8 AS big`);
  assert.deepEqual(rows, [{ path: '"attune", public', name: 'attune-sync', check: '500ms', big: '9007199254740993' }]);
  await database.close();
});

test('the application name of the URL does not hide ours, and a schema needs no plain name', async () => {
  await using one = await createTestDatabase();
  await one.database.knex.raw('CREATE SCHEMA "Odd ""one"""');
  const url = `${one.url}${one.url.includes('?') ? '&' : '?'}application_name=other`;
  const database = await open({ ...byUrl(url), schema: 'Odd "one"' });
  const { rows } = await database.knex.raw(
    `SELECT current_schema() AS schema, current_setting('application_name') AS name`,
  );
  assert.deepEqual(rows, [{ schema: 'Odd "one"', name: 'attune-sync' }]);
  await database.close();
});

test('opening a database by URL changes nothing in it', async () => {
  await using one = await createTestDatabase({ like: 'empty' });
  const database = await open(one.settings);
  const { rows } = await database.knex.raw(`SELECT nspname FROM pg_namespace WHERE nspname LIKE 'attune%'`);
  assert.deepEqual(rows, []);
  await database.close();
});

test('a server that is down is an error to be tried again soon, without the password', async () => {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  const redactor = createRedactor();
  const opening = open(byUrl(`postgres://ann:${canary}@127.0.0.1:${port}/prod`), '/nonexistent', redactor);
  await assert.rejects(opening, (error: SyncError) => {
    assert.equal(error.code, 'database-unreachable');
    assert.equal(error.retry, 'soon');
    assert.ok(error.message.startsWith(`Database prod at 127.0.0.1:${port} cannot be reached`), error.message);
    assert.doesNotMatch(inspect(error, { depth: 9 }), new RegExp(canary));
    return true;
  });
  assert.equal(redactor.redact(`it was ${canary}`), 'it was (secret)');
});

test('a database that does not exist is named', async () => {
  await using one = await createTestDatabase({ like: 'empty' });
  const url = one.url.replace(/attune_sync_test_\w+/, 'not_there');
  await assert.rejects(open(byUrl(url)), (error: SyncError) => {
    assert.equal(error.code, 'database-missing');
    assert.match(error.message, /^Database not_there at /);
    return true;
  });
});

for (const url of [`mysql://ann:${canary}@host/x`, canary, `postgres://ann:${canary}@ho st:x/`]) {
  test(`what is no URL of PostgreSQL is refused without showing it (${url.split(':')[0]?.replace(canary, 'a word')})`, async () => {
    await assert.rejects(open(byUrl(url)), (error: SyncError) => {
      assert.doesNotMatch(inspect(error, { depth: 9 }), new RegExp(canary));
      assert.equal(error.code, 'database-url');
      return true;
    });
  });
}

test('a connection pooler is recognised and refused, unless the address of PostgreSQL itself is given too', async () => {
  await using one = await createTestDatabase();
  await using pooler = await startPooler(one.url);
  await assert.rejects(open(byUrl(pooler.url)), (error: SyncError) => {
    assert.equal(error.code, 'database-pooled');
    assert.match(String(error.problems[0]?.hint), /database\.lockUrl.*PostgreSQL itself/);
    return true;
  });
  const past = await open({ type: 'url', url: new Secret(pooler.url), lockUrl: new Secret(one.url), schema: 'attune' });
  await past.close();
  const behind = { type: 'url', url: new Secret(one.url), lockUrl: new Secret(pooler.url), schema: 'attune' } as const;
  await assert.rejects(open(behind), { code: 'database-pooled' });
});

/** As PgBouncer does, it gives clients a key of its own, so that the process id is not the server's. */
function startPooler(url: string): Promise<DatabaseProxy> {
  return startProxy(url, (data) => {
    const key = data.indexOf(Buffer.from([0x4b, 0, 0, 0, 12]));
    if (key >= 0) data.writeInt32BE(1, key + 5);
  });
}
