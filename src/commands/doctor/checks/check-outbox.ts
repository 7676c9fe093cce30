import { openBroker } from '../../../announcements/open-broker.ts';
import { readWaiting, type WaitingAnnouncements } from '../../../announcements/read-waiting.ts';
import type { DatabaseContext } from '../../../context.ts';
import { countOf } from '../../../plan/render/render-summary.ts';
import { formatAge } from '../../../text/format-age.ts';
import { type Finding, findingsOf, ok, skipped, warning } from '../finding.ts';

/** A batch takes seconds, and an attempt that failed is made again within minutes. */
const lateMs = 10 * 60_000;

/** The broker through which Attune's services are told, and what still waits for it. Publishes nothing. */
export async function checkOutbox({ config, database, now }: DatabaseContext): Promise<readonly Finding[]> {
  const waiting = await readWaiting(database.knex, config.name);
  const told = tellWaiting(waiting, now());
  const { messageQueue } = config;
  if (messageQueue === undefined) {
    const none = skipped("attune.messageQueue is not set: Attune's services are not told of changes.");
    return waiting.count === 0 ? [none] : [none, told];
  }
  try {
    const broker = await openBroker(messageQueue);
    await broker.close();
    return [ok(`The message broker answers, and has the exchange ${messageQueue.exchange}.`), told];
  } catch (error) {
    return [...findingsOf(error), told];
  }
}

function tellWaiting({ count, oldest }: WaitingAnnouncements, now: Date): Finding {
  const ageMs = oldest === null ? 0 : now.getTime() - oldest.getTime();
  if (count === 0) return ok('No message waits to be published.');
  const message = `${countOf(count, 'message')} for Attune's services ${count === 1 ? 'waits' : 'wait'} for ${formatAge(ageMs)}.`;
  if (ageMs < lateMs) return ok(message);
  return warning(
    'outbox-late',
    message,
    'The daemon and each apply publish them: is one running, and does the broker answer?',
  );
}
