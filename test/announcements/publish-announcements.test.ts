import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { describe, it } from 'node:test';
import type { BrokerMessage } from '../../src/announcements/build-message.ts';
import { describeBrokerError } from '../../src/announcements/describe-broker-error.ts';
import { openBroker } from '../../src/announcements/open-broker.ts';
import { publishAnnouncements } from '../../src/announcements/publish-announcements.ts';
import { withWriter } from '../../src/database/writer-lock.ts';
import { SyncError } from '../../src/errors.ts';
import { Secret } from '../../src/secret.ts';
import { createFleet } from '../support/fleet.ts';
import { contextWith, nowhere } from './telling-fleet.ts';

describe('publishing what waits', () => {
  it('goes in batches, in order, for one manager; what was not confirmed stays', async () => {
    await using fleet = await createFleet();
    await fleet.sql(
      `INSERT INTO attune_sync.announcement (manager, pack, type, correlation_id, payload)
       SELECT CASE WHEN n = 5 THEN 'other' ELSE 'test' END, 'p' || n % 7, 'RuleEnabled', gen_random_uuid(), jsonb_build_object('rule_id', n)
         FROM generate_series(1, 251) n`,
    );
    const context = contextWith(fleet, nowhere);
    const batches: BrokerMessage[][] = [];
    let closed = 0;
    const publish = (breakAt: number) =>
      withWriter(fleet.context.database, { holder: 'tests', timeoutMs: 5_000, signal: context.signal }, (writer) =>
        publishAnnouncements(context, writer, async () => ({
          async publish(messages) {
            if (batches.length === breakAt) throw new Error('gone');
            batches.push([...messages]);
          },
          async close() {
            closed += 1;
          },
        })),
      );
    await assert.rejects(publish(1), /gone/);
    const [left] = await fleet.sql(
      `SELECT count(*)::int AS count FROM attune_sync.announcement WHERE manager = 'test'`,
    );
    assert.deepEqual(left, { count: 150 });
    assert.equal(await publish(9), 150);
    assert.equal(closed, 2, 'the connection does not stay open');
    assert.deepEqual(
      batches.map(({ length }) => length),
      [100, 100, 50],
    );
    const sent = batches.flat().map(({ body }) => JSON.parse(body).payload.rule_id);
    assert.deepEqual(
      sent,
      Array.from({ length: 251 }, (_, index) => index + 1).filter((n) => n !== 5),
    );
    assert.deepEqual(await fleet.sql('SELECT manager FROM attune_sync.announcement'), [{ manager: 'other' }]);
    assert.equal(await publish(0), 0, 'where nothing waits, nobody is connected to');
    assert.equal(closed, 2);
  });
});

describe('a message broker', () => {
  it('that takes the connection and says nothing is waited for so long and no longer', async () => {
    const server = createServer((socket) => socket.resume());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const queue = { url: new Secret(`amqp://ada:canary-login@127.0.0.1:${port}`), exchange: 'attune.events' };
    const error = await openBroker(queue, 200).then(
      () => assert.fail('opened'),
      (thrown: unknown) => thrown,
    );
    assert.ok(error instanceof SyncError);
    assert.deepEqual([error.code, error.retry], ['queue-unreachable', 'soon']);
    assert.doesNotMatch(JSON.stringify(error.problems), /canary-login/);
    await new Promise((resolve) => server.close(resolve));
  });

  it('that says a little now and then is waited for no longer than that, and let go', async () => {
    let gone = () => {};
    const isGone = new Promise<void>((resolve) => {
      gone = resolve;
    });
    const server = createServer((socket) => {
      // The beginning of a frame that never ends.
      socket.on('error', () => {}).write(Buffer.from([1, 0, 0, 0, 1, 0, 0]));
      const drip = setInterval(() => socket.write(Buffer.from([0])), 50);
      socket.resume().once('close', () => {
        clearInterval(drip);
        gone();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const queue = { url: new Secret(`amqp://ada:ada@127.0.0.1:${port}`), exchange: 'attune.events' };
    await assert.rejects(openBroker(queue, 300), { code: 'queue-unreachable' });
    await isGone;
    await new Promise((resolve) => server.close(resolve));
  });

  it('has an address', async () => {
    const queue = { url: new Secret('amqp://ada:canary login@[x'), exchange: 'attune.events' };
    await assert.rejects(openBroker(queue), /SyncError: attune\.messageQueue\.url is no address/);
  });

  it('is told apart by what keeps us out', () => {
    const rows: [error: Error, code: string, says: RegExp][] = [
      [
        Object.assign(new Error('Channel closed by server: 404 (NOT-FOUND) with message "…"'), { code: 404 }),
        'exchange-missing',
        /no exchange attune\.events/,
      ],
      [
        Object.assign(new Error('Channel closed by server: 403 (ACCESS-REFUSED) with message "…"'), { code: 403 }),
        'queue-refused',
        /does not let us in/,
      ],
      [
        new Error('Handshake terminated by server: 403 (ACCESS-REFUSED) with message "…"'),
        'queue-refused',
        /does not let us in/,
      ],
      [new Error('Connection closed: 530 (NOT-ALLOWED) with message "vhost"'), 'queue-refused', /vhost/],
      [
        new Error('Connection closed: 541 with "\u001b[2J\nall is well"'),
        'queue-unreachable',
        /with " \[2J all is well"/,
      ],
      [
        Object.assign(new Error('connect ECONNREFUSED 10.0.0.1:5672'), { code: 'ECONNREFUSED' }),
        'queue-unreachable',
        /ECONNREFUSED/,
      ],
      [Object.assign(new Error(''), { code: 'ECONNREFUSED' }), 'queue-unreachable', /no address of it answers/],
    ];
    for (const [thrown, code, says] of rows) {
      const error = describeBrokerError(thrown, 'amqps://ada:canary-login@mq.example.com:5671/attune', 'attune.events');
      assert.equal(error.code, code, thrown.message);
      assert.match(error.message, says);
      assert.match(error.message, /^The message broker at mq\.example\.com:5671 /);
      assert.doesNotMatch(JSON.stringify(error.problems), /canary-login|ada/);
      assert.notEqual(error.problems[0]?.hint, undefined);
    }
  });
});
