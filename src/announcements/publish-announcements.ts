import type { MessageQueueSettings } from '../config/config.ts';
import type { Context } from '../context.ts';
import type { Writer } from '../database/database.ts';
import { problemsOf } from '../errors.ts';
import { buildMessage, type WaitingMessage } from './build-message.ts';
import { type Broker, openBroker } from './open-broker.ts';

/** How many messages are confirmed, and their rows deleted, together. */
const batchSize = 100;

/**
 * Publishes what waits in the outbox, oldest first, and deletes what the broker confirmed. Only the holder of the writer
 * lock does, so that the messages of a pack come in order. Cut off in between, or confirmed only in part, a batch is
 * published once more: at least once, and again in order.
 *
 * @param open another way to the broker, for tests
 * @returns how many were published
 * @throws SyncError of `openBroker`, or what the database refuses; what was not confirmed waits on
 */
export async function publishAnnouncements(
  { config }: Pick<Context, 'config'>,
  writer: Writer,
  open: (queue: MessageQueueSettings) => Promise<Broker> = openBroker,
): Promise<number> {
  const { messageQueue, name } = config;
  if (messageQueue === undefined) return 0;
  let waiting = await readBatch(writer, name);
  if (waiting.length === 0) return 0;
  const broker = await open(messageQueue);
  let published = 0;
  try {
    while (waiting.length > 0) {
      await broker.publish(waiting.map(buildMessage));
      await deleteBatch(writer, waiting);
      published += waiting.length;
      waiting = waiting.length < batchSize ? [] : await readBatch(writer, name);
    }
  } finally {
    await broker.close();
  }
  return published;
}

/** For a run, which goes on whatever the broker says: what it did is done, and the rows wait. @returns whether all went */
export async function tryPublishing(context: Context, publish: () => Promise<number>): Promise<boolean> {
  try {
    await publish();
    return true;
  } catch (error) {
    const { text, code } = sayUntold(error);
    context.log.warn(`${text} It is tried again.`, { code });
    return false;
  }
}

/** One sentence, and the code of what it is about. */
export function sayUntold(error: unknown): { readonly text: string; readonly code: string } {
  const problems = problemsOf(error);
  const said = problems.map(({ message, code }) => `${message.replace(/\.$/, '')} [${code}]`);
  return {
    text: `Attune's services were not told of all changes yet: ${said.join('; ')}.`,
    code: problems[0]?.code ?? 'unexpected',
  };
}

async function readBatch(writer: Writer, manager: string): Promise<readonly WaitingMessage[]> {
  return writer.transaction(async (transaction) => {
    const { rows } = (await transaction.raw(
      `SELECT id, type, message_id AS "messageId", correlation_id AS "correlationId", payload, created
         FROM attune_sync.announcement WHERE manager = ? ORDER BY id LIMIT ?`,
      [manager, batchSize],
    )) as { rows: WaitingMessage[] };
    return rows;
  });
}

async function deleteBatch(writer: Writer, sent: readonly WaitingMessage[]): Promise<void> {
  await writer.transaction((transaction) =>
    transaction.raw('DELETE FROM attune_sync.announcement WHERE id = ANY(?::bigint[])', [sent.map(({ id }) => id)]),
  );
}
