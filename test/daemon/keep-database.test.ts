import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keepDatabase } from '../../src/daemon/keep-database.ts';
import type { Database } from '../../src/database/database.ts';

test('those who ask at one time get one database, and it is closed once', async () => {
  const counts = { opened: 0, closed: 0 };
  const kept = keepDatabase(async () => {
    counts.opened += 1;
    await new Promise(setImmediate);
    const close = async () => {
      counts.closed += 1;
    };
    return { close } as unknown as Database;
  });
  const [one, other] = await Promise.all([kept.get(), kept.get()]);
  assert.equal(one, other);
  await kept.close();
  assert.deepEqual(counts, { opened: 1, closed: 1 });
});

test('after opening failed the next one who asks tries again', async () => {
  let attempts = 0;
  const kept = keepDatabase(async () => {
    attempts += 1;
    if (attempts === 1) throw new Error('away');
    return { close: async () => {} } as Database;
  });
  await assert.rejects(kept.get(), /away/);
  await kept.get();
  await kept.drop();
  assert.equal(attempts, 2);
});
