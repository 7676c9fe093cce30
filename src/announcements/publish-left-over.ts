import type { DatabaseContext } from '../context.ts';
import type { WriterOptions } from '../database/writer-lock.ts';
import { withWriter } from '../database/writer-lock.ts';
import { publishAnnouncements, tryPublishing } from './publish-announcements.ts';
import { readWaiting } from './read-waiting.ts';

/**
 * Publishes what earlier runs could not. Takes the writer lock only where something waits.
 *
 * @returns how many messages were published
 * @throws SyncError of `publishAnnouncements`, and `writer-locked`
 */
export async function publishWaiting(context: DatabaseContext, lock: WriterOptions): Promise<number> {
  const { config, database } = context;
  if (config.messageQueue === undefined) return 0;
  const { count } = await readWaiting(database.knex, config.name);
  if (count === 0) return 0;
  return withWriter(database, lock, (writer) => publishAnnouncements(context, writer));
}

/** The same for a run that has nothing else to write: that it fails is a warning. */
export async function publishLeftOver(context: DatabaseContext, lock: WriterOptions): Promise<void> {
  await tryPublishing(context, () => publishWaiting(context, lock));
}
