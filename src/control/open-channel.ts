import type pg from 'pg';
import { formatMessage } from './format-message.ts';
import { type ControlMessage, controlChannel } from './message.ts';
import { parseMessage } from './parse-message.ts';

/** What is said between daemons of a database and those who ask them. Nothing is sent where nobody asks. */
export interface Channel {
  /** Sends to everybody, this one included. @throws what the lost connection says */
  send(message: ControlMessage): Promise<void>;
  /** Calls `listener` with each message from now on, until the returned function is called. */
  subscribe(listener: (message: ControlMessage) => void): () => void;
}

/** Listens on a connection until it ends. What is no message is passed over. */
export async function openChannel(client: pg.Client): Promise<Channel> {
  const listeners = new Set<(message: ControlMessage) => void>();
  let sent: Promise<unknown> = Promise.resolve();
  client.on('notification', ({ channel, payload = '' }) => {
    const message = channel === controlChannel ? parseMessage(payload) : null;
    if (message === null) return;
    for (const listener of [...listeners]) listener(message);
  });
  await client.query(`LISTEN ${controlChannel}`);
  return {
    async send(message) {
      const payload = formatMessage(message);
      // One after the other: what keeps the connection alive is asked on it too, and must not stand behind all of them.
      const own = sent.then(() => client.query('SELECT pg_notify($1, $2)', [controlChannel, payload]));
      sent = own.catch(() => {});
      await own;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
