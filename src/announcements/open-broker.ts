import { type ChannelModel, type ConfirmChannel, connect } from 'amqplib';
import type { MessageQueueSettings } from '../config/config.ts';
import { SyncError } from '../errors.ts';
import type { BrokerMessage } from './build-message.ts';
import { describeBrokerError } from './describe-broker-error.ts';

/** A connection to the message broker, for one batch of messages after another. */
export interface Broker {
  /** Resolves once the broker has taken all of them over, in this order. @throws SyncError of retry `soon` */
  publish(messages: readonly BrokerMessage[]): Promise<void>;
  /** Never throws. */
  close(): Promise<void>;
}

/** How long the broker may take to answer, each time. */
const defaultPatienceMs = 5_000;
const heartbeatSeconds = 10;

/**
 * Connects and sees that the exchange is there. It is never declared: of another shape than Attune's own it would keep
 * Attune's services from starting.
 *
 * @param patienceMs how long the broker may take to answer, each time
 * @throws SyncError `queue-unreachable`, `queue-refused`, `exchange-missing`; none shows the login
 */
export async function openBroker(
  { url, exchange }: MessageQueueSettings,
  patienceMs = defaultPatienceMs,
): Promise<Broker> {
  const withPatience = limitPatience(patienceMs);
  const address = parseAddress(String(url.reveal()));
  const told = (error: unknown) => describeBrokerError(error, address, exchange);
  const late = new AbortController();
  const socket = {
    signal: late.signal,
    timeout: patienceMs,
    clientProperties: { connection_name: 'attune-sync' },
  };
  const connection = await withPatience(connect(withHeartbeat(address), socket)).catch((error: unknown) => {
    // The library waits for as long as anything comes now and then.
    late.abort();
    throw told(error);
  });
  // What breaks between two calls is met by the next one; without a listener it would end the process.
  connection.on('error', () => {});
  try {
    const channel = await withPatience(openChannel(connection, exchange));
    return {
      publish: (messages) =>
        withPatience(publishAll(channel, exchange, messages)).catch((error: unknown) => {
          throw told(error);
        }),
      close: () => closeSoon(connection, withPatience),
    };
  } catch (error) {
    await closeSoon(connection, withPatience);
    throw told(error);
  }
}

async function openChannel(connection: ChannelModel, exchange: string): Promise<ConfirmChannel> {
  const channel = await connection.createConfirmChannel();
  channel.on('error', () => {});
  await channel.checkExchange(exchange);
  return channel;
}

async function publishAll(
  channel: ConfirmChannel,
  exchange: string,
  messages: readonly BrokerMessage[],
): Promise<void> {
  let tell = () => {};
  const closed = new Promise<never>((_, reject) => {
    tell = () => reject(new Error('the channel was closed'));
    channel.once('close', tell);
  });
  for (const { routingKey, body, ...properties } of messages) {
    channel.publish(exchange, routingKey, Buffer.from(body), {
      ...properties,
      persistent: true,
      contentType: 'application/json',
    });
  }
  await Promise.race([channel.waitForConfirms(), closed]).finally(() => channel.off('close', tell));
}

function parseAddress(text: string): string {
  if (URL.canParse(text)) return text;
  throw new SyncError('queue-unreachable', 'attune.messageQueue.url is no address', {
    hint: 'It is written as amqp://user:password@host:5672/vhost; escape what is special in a password, as %40 for @.',
  });
}

function withHeartbeat(address: string): string {
  const url = new URL(address);
  if (!url.searchParams.has('heartbeat')) url.searchParams.set('heartbeat', String(heartbeatSeconds));
  return url.href;
}

/** A broker can take a connection and then say nothing, when it is short of memory or disk for example. */
function limitPatience(patienceMs: number) {
  return async <T>(work: Promise<T>): Promise<T> => {
    let timer: NodeJS.Timeout | undefined;
    const over = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(timedOut(patienceMs)), patienceMs);
    });
    try {
      return await Promise.race([work, over]);
    } finally {
      clearTimeout(timer);
      work.catch(() => {});
    }
  };
}

async function closeSoon(connection: ChannelModel, withPatience: ReturnType<typeof limitPatience>): Promise<void> {
  await withPatience(connection.close()).catch(() => {
    const { stream } = connection.connection as unknown as { readonly stream?: { destroy(): void } };
    stream?.destroy();
  });
}

function timedOut(patienceMs: number): SyncError {
  return new SyncError('queue-unreachable', `the message broker did not answer within ${patienceMs / 1000} s`, {
    hint: 'See whether it is short of memory or disk: RabbitMQ then takes no messages.',
    retry: 'soon',
  });
}
