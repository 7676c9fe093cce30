import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import type { Database } from '../../src/database/database.ts';
import { readWriter } from '../../src/database/read-writer.ts';
import { type WriterOptions, withWriter } from '../../src/database/writer-lock.ts';
import { SyncError } from '../../src/errors.ts';
import { childArguments } from '../support/child-arguments.ts';
import { createTestDatabase } from '../support/database.ts';

const options: WriterOptions = { holder: 'apply by ann', timeoutMs: 0, signal: new AbortController().signal };

/** Another process that holds the writer lock until it is killed. */
async function holdLock(url: string) {
  const child = spawn(process.execPath, [...childArguments(join(import.meta.dirname, 'hold-lock.ts')), url], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  assert.equal((await lines.next()).value, 'locked');
  return child;
}

test('who waits too long is told who writes, and since when', async () => {
  await using one = await createTestDatabase();
  const waited: string[] = [];
  const begin = Date.now();
  await withWriter(one.database, options, async () => {
    const second = withWriter(
      one.database,
      { ...options, holder: 'second', timeoutMs: 150, onWait: (holder) => waited.push(holder) },
      async () => assert.fail('two writers'),
    );
    await assert.rejects(second, (error: SyncError) => {
      assert.equal(error.code, 'writer-locked');
      assert.equal(error.retry, 'soon');
      const since = /^apply by ann is writing to this database since (\S+)\.$/.exec(error.message)?.[1];
      assert.ok(since !== undefined && Math.abs(Date.parse(since) - begin) < 60_000);
      return true;
    });
  });
  assert.deepEqual(waited, ['apply by ann']);
  assert.equal(await readWriter(one.database), undefined);
});

test('the lock of a killed process is free at once, and a waiting one gets it', async () => {
  await using one = await createTestDatabase();
  const child = await holdLock(one.url);
  assert.equal((await readWriter(one.database))?.name, 'another process of the test');
  const waiting = withWriter(
    one.database,
    { ...options, timeoutMs: 10_000, onWait: () => child.kill('SIGKILL') },
    async () => 'mine',
  );
  assert.equal(await waiting, 'mine');
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
});

test('whoever waits can be called off', async () => {
  await using one = await createTestDatabase();
  const stop = new AbortController();
  await withWriter(one.database, options, async () => {
    const second = withWriter(
      one.database,
      { ...options, timeoutMs: 60_000, signal: stop.signal, onWait: () => stop.abort() },
      async () => assert.fail('two writers'),
    );
    await assert.rejects(second, { code: 'aborted' });
  });
});

test('a lock in another database is another lock', async () => {
  await using one = await createTestDatabase();
  await using other = await createTestDatabase();
  await withWriter(one.database, options, () => withWriter(other.database, options, async () => {}));
});

test('transactions commit on the connection that holds the lock, and roll back what fails', async () => {
  await using one = await createTestDatabase();
  const failure = new SyncError('some-failure', 'It failed.');
  await withWriter(one.database, options, async (writer) => {
    const pids = [];
    for (const ref of ['one', 'two']) {
      pids.push(
        await writer.transaction(async (transaction) => {
          await transaction('pack').insert(aPack(ref));
          return (await transaction.raw('SELECT pg_backend_pid() AS pid')).rows[0].pid;
        }),
      );
    }
    assert.equal(pids[0], pids[1]);
    assert.equal(pids[0], await holderPid(one.database));
    const failing = writer.transaction(async (transaction) => {
      await transaction('pack').insert(aPack('three'));
      throw failure;
    });
    await assert.rejects(failing, failure);
    await assert.rejects(
      writer.transaction(async (transaction) => {
        await transaction('pack').insert(aPack('one'));
      }),
      { code: 'database-constraint', message: / refuses a value: duplicate key .*"pack_ref_key"$/ },
    );
  });
  assert.deepEqual(await refs(one.database), ['one', 'two']);
});

test('an error of SQL that was swallowed does not pass for a success', async () => {
  await using one = await createTestDatabase();
  await withWriter(one.database, options, async (writer) => {
    const swallowing = writer.transaction(async (transaction) => {
      await transaction('pack').insert(aPack('one'));
      await transaction.raw('SELECT nonsense').catch(() => {});
    });
    await assert.rejects(swallowing, { code: '25P02' });
  });
  assert.deepEqual(await refs(one.database), []);
});

test('a lock lost in the middle of a transaction writes nothing, then or later', async () => {
  await using one = await createTestDatabase();
  await withWriter(one.database, options, async (writer) => {
    const cut = writer.transaction(async (transaction) => {
      await transaction('pack').insert(aPack('one'));
      await terminateHolder(one.database);
      await transaction('pack').insert(aPack('two'));
    });
    await assert.rejects(cut, { code: 'connection-lost', retry: 'soon' });
    const later = writer.transaction(async (transaction) => {
      await transaction('pack').insert(aPack('three'));
    });
    await assert.rejects(later, { code: 'connection-lost', retry: 'soon' });
  });
  assert.deepEqual(await refs(one.database), []);
});

test('a lock lost between two transactions writes nothing', async () => {
  await using one = await createTestDatabase();
  await withWriter(one.database, options, async (writer) => {
    await writer.transaction(async (transaction) => {
      await transaction('pack').insert(aPack('one'));
    });
    await terminateHolder(one.database);
    const later = writer.transaction(async (transaction) => {
      await transaction('pack').insert(aPack('two'));
    });
    await assert.rejects(later, { code: 'connection-lost' });
  });
  assert.deepEqual(await refs(one.database), ['one']);
});

test('what the work threw is not replaced by the failed rollback', async () => {
  await using one = await createTestDatabase();
  const failure = new SyncError('some-failure', 'It failed.');
  await withWriter(one.database, options, async (writer) => {
    const failing = writer.transaction(async (transaction) => {
      await transaction.raw('SELECT 1');
      await terminateHolder(one.database);
      throw failure;
    });
    await assert.rejects(failing, failure);
  });
});

test('two transactions at once on the one connection are a fault of the program', async () => {
  await using one = await createTestDatabase();
  await withWriter(one.database, options, async (writer) => {
    await writer.transaction(async () => {
      await assert.rejects(
        writer.transaction(async () => {}),
        /one transaction at a time/,
      );
    });
  });
});

function aPack(ref: string) {
  return { ref, label: ref, version: '1.0.0' };
}

async function refs({ knex }: Database): Promise<string[]> {
  return (await knex('pack').select('ref').orderBy('ref')).map(({ ref }) => ref);
}

async function holderPid({ knex }: Database): Promise<number> {
  const { rows } = await knex.raw(`SELECT pid FROM pg_stat_activity
    WHERE datname = current_database() AND application_name LIKE 'attune-sync writer %'`);
  return rows[0].pid;
}

async function terminateHolder(database: Database): Promise<void> {
  const pid = await holderPid(database);
  await database.knex.raw('SELECT pg_terminate_backend(?, 5000)', [pid]);
}

test('a plan that was made for a small table is made anew when a run has filled it', async () => {
  await using one = await createTestDatabase();
  await withWriter(one.database, options, async (writer) => {
    const plan = await writer.transaction(async (transaction) => {
      await transaction.raw('CREATE TABLE filled AS SELECT 0 AS id');
      await transaction.raw('CREATE INDEX ON filled (id)');
      await transaction.raw('ANALYZE filled');
      await transaction.raw('SELECT id FROM filled WHERE id = 0').options({ name: 'find' });
      await transaction.raw('INSERT INTO filled SELECT n FROM generate_series(1, 20000) n');
      return (await transaction.raw('EXPLAIN EXECUTE find')) as { rows: object[] };
    });
    assert.match(JSON.stringify(plan.rows), /Seq Scan/);
    for (let count = 0; count < 50; count++) await writer.transaction((transaction) => transaction.raw('SELECT 1'));
    const later = await writer.transaction((transaction) => transaction.raw('EXPLAIN EXECUTE find'));
    assert.match(JSON.stringify((later as typeof plan).rows), /Index/);
  });
});
