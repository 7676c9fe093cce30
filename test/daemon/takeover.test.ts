import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readDaemons } from '../../src/database/read-daemons.ts';
import { createFleet } from '../support/fleet.ts';
import { startOneOf } from './start-daemons.ts';

const limit = { timeout: 60_000 };

test(
  'of two daemons one leads; the other stands by, writes nothing, and goes on within seconds when it stops',
  limit,
  async () => {
    await using fleet = await createFleet();
    await fleet.writePack('core');
    await using ann = await startOneOf(fleet, 'ann@one');
    await ann.happens('leader-gained');
    await using bob = await startOneOf(fleet, 'bob@two');
    assert.equal((await bob.happens('standing-by')).leader, 'ann@one');
    const { role, leader } = bob.view.state();
    assert.deepEqual({ role, leader }, { role: 'standby', leader: 'ann@one' });
    const daemons = await readDaemons(fleet.context.database.knex, 'test');
    assert.deepEqual(
      daemons.map(({ name, leads }) => ({ name, leads })),
      [
        { name: 'ann@one', leads: true },
        { name: 'bob@two', leads: false },
      ],
    );
    await ann.stop();
    const stoppedAt = Date.now();
    await bob.happens('leader-gained');
    assert.ok(Date.now() - stoppedAt < 2000, 'it takes over within two seconds');
    await bob.happens('pass-started');
    assert.equal(bob.view.state().leader, 'bob@two');
  },
);

test('a leader whose connection is cut gives way to who stands by, and stands by itself', limit, async () => {
  await using fleet = await createFleet();
  await using ann = await startOneOf(fleet, 'ann@one');
  await ann.happens('leader-gained');
  await using bob = await startOneOf(fleet, 'bob@two');
  await bob.happens('standing-by');
  // Let the other be the first to notice.
  await ann.cut();
  await ann.happens('leader-lost');
  const [first] = await Promise.race([
    ann.happens('leader-gained').then(() => [ann]),
    bob.happens('leader-gained').then(() => [bob]),
  ]);
  assert.ok(first !== undefined);
  const daemons = await readDaemons(fleet.context.database.knex, 'test');
  assert.equal(daemons.filter(({ leads }) => leads).length, 1);
});
