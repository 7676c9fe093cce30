import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { type CandidateOptions, openCandidate } from '../../src/database/open-candidate.ts';
import { openConnection } from '../../src/database/open-database.ts';
import { readDaemons } from '../../src/database/read-daemons.ts';
import { withWriter } from '../../src/database/writer-lock.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { silentLogger } from '../support/server.ts';
import { startProxy } from './start-proxy.ts';

const limit = { timeout: 30_000 };
const writerOptions = { holder: 'daemon', timeoutMs: 5000, signal: new AbortController().signal };

async function stand({ database }: Pick<TestDatabase, 'database'>, who: string, more: Partial<CandidateOptions> = {}) {
  const candidate = await openCandidate(database, { manager: 'ops', who, ...more });
  return { ...candidate, [Symbol.asyncDispose]: candidate.close };
}

test('of the daemons of one manager one leads, and its name is known to the others', limit, async () => {
  await using one = await createTestDatabase();
  await using ann = await stand(one, 'ann@one');
  await using bob = await stand(one, 'bob@two');
  await using eve = await stand(one, 'eve@three', { manager: 'other' });
  assert.deepEqual(await ann.tryLead(), { leads: true, leader: 'ann@one' });
  assert.deepEqual(await bob.tryLead(), { leads: false, leader: 'ann@one' });
  assert.deepEqual(await eve.tryLead(), { leads: true, leader: 'eve@three' });
  const names = (await readDaemons(one.database.knex, 'ops')).map(({ name, leads }) => `${name} ${leads}`);
  assert.deepEqual(names, ['ann@one true', 'bob@two false']);
  await ann.close();
  assert.deepEqual(await bob.tryLead(), { leads: true, leader: 'bob@two' });
});

test('a connection that does not answer any more is given up', limit, async () => {
  await using one = await createTestDatabase();
  await using proxy = await startProxy(one.url);
  const database = await openConnection({ connectionString: proxy.url }, 'attune', silentLogger);
  await using ann = await stand({ database }, 'ann@one', { beatMs: 100 });
  assert.equal((await ann.tryLead()).leads, true);
  const gone = once(ann.lost, 'abort');
  proxy.stall();
  await gone;
  assert.equal(ann.lost.reason.code, 'connection-lost');
  await assert.rejects(ann.tryLead(), { code: 'connection-lost' });
  await database.close();
});

test('who leads no longer writes nothing, whether it has noticed or not', limit, async () => {
  await using one = await createTestDatabase();
  await using proxy = await startProxy(one.url);
  const database = await openConnection({ connectionString: proxy.url }, 'attune', silentLogger);
  // The same as behind a network that went away, to one who asks too seldom to notice.
  await using ann = await stand({ database }, 'ann@one', { beatMs: 60_000 });
  await ann.tryLead();
  const fenced = { ...one.database, fence: ann.fence };
  const count = async () => (await one.database.knex.raw('SELECT FROM written')).rows.length;
  await one.database.knex.raw('CREATE TABLE written (who text)');
  await withWriter(fenced, writerOptions, async (writer) => {
    await writer.transaction((transaction) => transaction.raw(`INSERT INTO written VALUES ('ann')`));
    assert.equal(await count(), 1);
    proxy.stall();
    const [leader] = await readDaemons(one.database.knex, 'ops');
    const losing = writer.transaction(async (transaction) => {
      await transaction.raw(`INSERT INTO written VALUES ('ann in the middle')`);
      await one.database.knex.raw('SELECT pg_terminate_backend(?, 5000)', [leader?.pid ?? 0]);
    });
    await assert.rejects(losing, { code: 'not-leader', retry: 'soon' });
    const after = writer.transaction((transaction) => transaction.raw(`INSERT INTO written VALUES ('ann after it')`));
    await assert.rejects(after, { code: 'not-leader' });
  });
  assert.equal(ann.lost.aborted, false);
  assert.equal(await count(), 1);
  await withWriter(one.database, writerOptions, (writer) =>
    writer.transaction((transaction) => transaction.raw(`INSERT INTO written VALUES ('a person')`)),
  );
  assert.equal(await count(), 2);
  await database.close();
});
