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
  client.on('notification', ({ channel, payload = '' }) => {
    const message = channel === controlChannel ? parseMessage(payload) : null;
    if (message === null) return;
    for (const listener of [...listeners]) listener(message);
  });
  await client.query(`LISTEN ${controlChannel}`);
  return {
    async send(message) {
      await client.query('SELECT pg_notify($1, $2)', [controlChannel, formatMessage(message)]);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
