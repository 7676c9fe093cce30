import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ChannelModel, connect, type GetMessage } from 'amqplib';
import { publishAnnouncements } from '../../src/announcements/publish-announcements.ts';
import { readWaiting } from '../../src/announcements/read-waiting.ts';
import { withWriter } from '../../src/database/writer-lock.ts';
import { SyncError } from '../../src/errors.ts';
import { Secret } from '../../src/secret.ts';
import { coreFiles, shopFiles } from '../support/example-packs.ts';
import { createFleet } from '../support/fleet.ts';
import { type BrokerProcess, runBroker, whyNoBroker } from './run-broker.ts';
import { applyWith, contextWith, nowhere, readOutbox, tellOutbox } from './telling-fleet.ts';

const skip = await whyNoBroker();

describe('a real RabbitMQ', { skip }, () => {
  it('gets the messages of Attune, once each, in order; and later, where it was away', async () => {
    await using broker = await runBroker();
    await using fleet = await createFleet();
    await fleet.writePack('core', coreFiles);
    await fleet.apply();
    const lines: string[] = [];
    const queue = { url: new Secret(broker.url), exchange: 'attune.events' };
    const context = contextWith(fleet, { messageQueue: queue }, lines);

    // Attune's services were never started: its exchange is missed, and not made in another shape than theirs.
    await fleet.writePack('shop', shopFiles);
    await applyWith(context);
    assert.match(lines.join('\n'), /warn .*has no exchange attune\.events \[exchange-missing\]/);
    assert.deepEqual(await tellOutbox(fleet), ['RuleCreated shop.ship_orders']);
    const [waiting] = await readOutbox(fleet);
    await bindLikeAttune(broker);

    // The next run publishes what waits, before its own.
    await fleet.writePack('shop', {}, { document: 'enabled: { shop.ship_orders: false }\n' });
    await applyWith(context);
    assert.deepEqual(await tellOutbox(fleet), []);
    const [created, disabled, ...others] = await take(broker, 2);
    assert.deepEqual(others, []);
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

    // Away in the middle: rows wait, and nothing of the run fails.
    await broker.kill();
    await fleet.writePack('shop');
    const { result } = await applyWith(context);
    assert.equal(result.outcome, 'applied');
    assert.equal((await readWaiting(fleet.context.database.knex, 'test')).count, 1);
    await broker.start();
    // What it gave away just before it was killed, it may give once more.
    await withConnection(broker, async (connection) => {
      await (await connection.createChannel()).purgeQueue('told');
    });
    // Confirmed, and cut off before the row went: it comes again, with the same id.
    const publish = () =>
      withWriter(fleet.context.database, { holder: 'tests', timeoutMs: 5_000, signal: context.signal }, (writer) =>
        publishAnnouncements(context, writer),
      );
    await fleet.sql(
      `CREATE FUNCTION public.refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'cut off'; END $$`,
    );
    await fleet.sql('CREATE TRIGGER refuse BEFORE DELETE ON attune_sync.announcement EXECUTE FUNCTION public.refuse()');
    await assert.rejects(publish(), /cut off/);
    await fleet.sql('DROP TRIGGER refuse ON attune_sync.announcement');
    assert.equal(await publish(), 1);
    assert.equal(await publish(), 0);
    const [first, second] = await take(broker, 2);
    assert.equal(first?.properties.messageId, second?.properties.messageId);
    assert.equal(first?.fields.routingKey, 'rule.enabled');

    const wrong = contextWith(fleet, {
      messageQueue: { ...queue, url: new Secret(broker.url.replace('guest:guest', 'guest:canary-login')) },
    });
    await fleet.writePack('shop', {}, { document: 'enabled: { shop.ship_orders: false }\n' });
    await applyWith(contextWith(fleet, nowhere));
    const refused = await withWriter(
      fleet.context.database,
      { holder: 'tests', timeoutMs: 5_000, signal: context.signal },
      (writer) => publishAnnouncements(wrong, writer),
    ).catch((error: unknown) => error);
    assert.ok(refused instanceof SyncError);
    assert.equal(refused.code, 'queue-refused');
    assert.doesNotMatch(JSON.stringify(refused.problems), /canary-login/);
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

async function take(broker: BrokerProcess, count: number): Promise<readonly GetMessage[]> {
  const messages: GetMessage[] = [];
  await withConnection(broker, async (connection) => {
    const channel = await connection.createChannel();
    for (let tries = 0; messages.length < count && tries < 200; tries++) {
      const message = await channel.get('told', { noAck: true });
      if (message !== false) messages.push(message);
      else await sleep(20);
    }
    const more = await channel.get('told', { noAck: true });
    assert.equal(more, false);
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
