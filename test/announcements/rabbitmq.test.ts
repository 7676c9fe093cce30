import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type ChannelModel, connect, type GetMessage } from 'amqplib';
import { publishAnnouncements } from '../../src/announcements/publish-announcements.ts';
import { realTiming, type Timing } from '../../src/daemon/timing.ts';
import { withWriter } from '../../src/database/writer-lock.ts';
import { SyncError } from '../../src/errors.ts';
import { Secret } from '../../src/secret.ts';
import { startDaemon } from '../daemon/start-daemon.ts';
import { coreFiles, shopFiles } from '../support/example-packs.ts';
import { createFleet } from '../support/fleet.ts';
import { type BrokerProcess, prepareBroker, whyNoBroker } from './run-broker.ts';
import { applyWith, contextWith, nowhere, type OutboxRow, readOutbox, tellOutbox } from './telling-fleet.ts';

const skip = await whyNoBroker();

/** A daemon for which time goes eight times as fast. */
const hasty: Timing = {
  now: () => realTiming.now() * 8,
  wait: (ms, signal) => realTiming.wait(ms / 8, signal),
  random: () => 0.99,
};

describe('a real RabbitMQ', { skip }, () => {
  it('gets the messages of Attune, in order; later, where it was away, and twice rather than never', async () => {
    await using broker = await prepareBroker();
    await using fleet = await createFleet({ sync: { intervalMs: 120_000 } });
    await fleet.writePack('core', coreFiles);
    await fleet.apply();
    const queue = { url: new Secret(broker.url), exchange: 'attune.events' };
    const context = contextWith(fleet, { messageQueue: queue });

    // Away while a daemon runs: rows wait, nothing of the pass fails, and it is tried again.
    let waiting: OutboxRow | undefined;
    const stop = new AbortController();
    const daemon = await startDaemon({ ...fleet, context }, stop, hasty);
    try {
      await daemon.says(/matches the desired state/);
      const away = daemon.says(/not told of all changes yet: .* cannot be reached.*It is tried again in/);
      await fleet.writePack('shop', shopFiles);
      await away;
      [waiting] = await readOutbox(fleet);
      assert.deepEqual(await tellOutbox(fleet), ['RuleCreated shop.ship_orders']);
      // There, but Attune's services were never started: their exchange is missed, and not made in another shape.
      const missed = daemon.says(/has no exchange attune\.events \[exchange-missing\]/);
      await broker.start();
      await missed;
      const told = daemon.says(/Told Attune's services what waited: 1 message\./);
      await bindLikeAttune(broker);
      await told;
    } finally {
      stop.abort();
      await daemon.ended;
    }
    assert.deepEqual(await tellOutbox(fleet), []);

    await fleet.writePack('shop', {}, { document: 'enabled: { shop.ship_orders: false }\n' });
    await applyWith(context);
    const [created, disabled] = await take(broker, 2);
    assert.deepEqual([created?.fields.routingKey, disabled?.fields.routingKey], ['rule.created', 'rule.disabled']);
    const { properties, content } = created ?? assert.fail();
    const { timestamp, ...envelope } = JSON.parse(content.toString()) as Record<string, unknown>;
    assert.deepEqual(envelope, {
      message_id: waiting?.message_id,
      correlation_id: waiting?.correlation_id,
      message_type: 'RuleCreated',
      version: '1.0',
      headers: { retry_count: 0, source_service: 'attune-sync' },
      payload: waiting?.payload,
    });
    assert.match(String(timestamp), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    assert.deepEqual(
      [properties.deliveryMode, properties.contentType, properties.messageId, properties.correlationId],
      [2, 'application/json', waiting?.message_id, waiting?.correlation_id],
    );
    assert.equal(properties.timestamp, Math.floor(Date.parse(String(timestamp)) / 1000));

    // A login that is wrong; then confirmed, and cut off before the row went: it comes again, with the same id.
    await fleet.writePack('shop');
    await applyWith(contextWith(fleet, nowhere));
    const publish = (url: string) =>
      withWriter(fleet.context.database, { holder: 'tests', timeoutMs: 5_000, signal: context.signal }, (writer) =>
        publishAnnouncements(contextWith(fleet, { messageQueue: { ...queue, url: new Secret(url) } }), writer),
      );
    const refused = await publish(broker.url.replace(':guest@', ':canary-login@')).catch((error: unknown) => error);
    assert.ok(refused instanceof SyncError);
    assert.equal(refused.code, 'queue-refused');
    assert.doesNotMatch(JSON.stringify(refused.problems), /canary-login/);
    await fleet.sql(
      `CREATE FUNCTION public.refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'cut off'; END $$`,
    );
    await fleet.sql('CREATE TRIGGER refuse BEFORE DELETE ON attune_sync.announcement EXECUTE FUNCTION public.refuse()');
    await assert.rejects(publish(broker.url), /cut off/);
    await fleet.sql('DROP TRIGGER refuse ON attune_sync.announcement');
    assert.equal(await publish(broker.url), 1);
    assert.equal(await publish(broker.url), 0);
    const [first, second] = await take(broker, 2);
    assert.equal(first?.fields.routingKey, 'rule.enabled');
    assert.equal(first?.properties.messageId, second?.properties.messageId);
  });
});

/** As Attune's services declare them. */
async function bindLikeAttune(broker: BrokerProcess): Promise<void> {
  await withConnection(broker, async (connection) => {
    const channel = await connection.createChannel();
    await channel.assertExchange('attune.events', 'topic', { durable: true });
    await channel.assertQueue('told', { durable: true });
    for (const key of ['rule.*', 'pack.*']) await channel.bindQueue('told', 'attune.events', key);
  });
}

/** So many, and no more. */
async function take(broker: BrokerProcess, count: number): Promise<readonly GetMessage[]> {
  const messages = await drain(broker);
  assert.equal(messages.length, count);
  return messages;
}

async function drain(broker: BrokerProcess): Promise<readonly GetMessage[]> {
  const messages: GetMessage[] = [];
  await withConnection(broker, async (connection) => {
    const channel = await connection.createChannel();
    for (;;) {
      const message = await channel.get('told', { noAck: true });
      if (message === false) return;
      messages.push(message);
    }
  });
  return messages;
}

async function withConnection(broker: BrokerProcess, work: (connection: ChannelModel) => Promise<void>): Promise<void> {
  const connection = await connect(broker.url);
  try {
    await work(connection);
  } finally {
    await connection.close();
  }
}
