import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readDaemons } from '../../src/database/read-daemons.ts';
import { createFleet, type Fleet } from '../support/fleet.ts';
import { setLatch } from '../support/latch.ts';
import { startOneOf } from './start-daemons.ts';

const limit = { timeout: 60_000 };

async function leaders(fleet: Fleet): Promise<readonly string[]> {
  const daemons = await readDaemons(fleet.context.database.knex, 'test');
  return daemons.flatMap(({ name, leads }) => (leads ? [name] : []));
}

test(
  'of two daemons one leads; the other stands by, passes requests on, and leads within seconds of its stop',
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
    assert.deepEqual(await leaders(fleet), ['ann@one']);

    await fleet.writePack('jira');
    const answer = await bob.view.requestLook({ by: 'api', who: 'eve', refs: ['jira'] });
    assert.ok(answer.outcome === 'applied' || answer.outcome === 'unchanged', JSON.stringify(answer));
    assert.deepEqual(await fleet.sql('SELECT ref FROM attune.pack ORDER BY ref'), [{ ref: 'core' }, { ref: 'jira' }]);
    assert.deepEqual(
      [ann, bob].map(({ view }) => view.events.since(0).filter(({ type }) => type === 'pass-started').length > 0),
      [true, false],
    );

    await ann.stop();
    const stoppedAt = performance.now();
    await bob.happens('leader-gained');
    assert.ok(performance.now() - stoppedAt < 2000, 'it took over within two seconds');
    assert.equal((await bob.view.requestLook({ by: 'command', who: 'eve' })).outcome, 'unchanged');
  },
);

test(
  'a leader that lost its connection commits nothing, and what it had in hand is done by who leads then',
  limit,
  async () => {
    await using fleet = await createFleet();
    await fleet.writePack('core');
    await fleet.writePack('jira');
    await using latch = await setLatch(fleet, { table: 'attune.pack', on: 'INSERT' });
    await using ann = await startOneOf(fleet, 'ann@one');
    await latch.reached();
    await using bob = await startOneOf(fleet, 'bob@two');
    await bob.happens('standing-by');
    const waiting = ann.view.requestLook({ by: 'command', who: 'eve' });
    await ann.cut();
    await ann.happens('leader-lost');
    assert.deepEqual(await waiting, { outcome: 'not-done', why: 'the daemon leads no longer' });
    await bob.happens('leader-gained');
    await latch.open();
    assert.equal((await ann.happens('standing-by')).leader, 'bob@two');
    assert.equal((await bob.view.requestLook({ by: 'command', who: 'eve' })).outcome, 'unchanged');
    assert.deepEqual(await fleet.sql('SELECT DISTINCT who FROM attune_sync.run'), [{ who: 'bob@two' }]);
    assert.deepEqual(await fleet.sql('SELECT ref FROM attune.pack ORDER BY ref'), [{ ref: 'core' }, { ref: 'jira' }]);
    assert.deepEqual(await leaders(fleet), ['bob@two']);
  },
);

test('managers of one database have a leader each', limit, async () => {
  await using fleet = await createFleet();
  const other: Fleet = { ...fleet, context: { ...fleet.context, config: { ...fleet.context.config, name: 'other' } } };
  await using ann = await startOneOf(fleet, 'ann@one');
  await using bob = await startOneOf(other, 'bob@two');
  await ann.happens('leader-gained');
  await bob.happens('leader-gained');
});
