import { type Channel, openChannel } from '../../control/open-channel.ts';
import { connect, disconnect } from '../../database/connect.ts';
import type { Database } from '../../database/database.ts';
import { describeError } from '../../database/describe-error.ts';
import { describePlace } from '../../database/describe-place.ts';

/** Runs `work` with a channel to the daemons of a database, on a connection of its own. Any role may use it. */
export async function withLeaderChannel<T>(database: Database, work: (channel: Channel) => Promise<T>): Promise<T> {
  const { connection, schema } = database;
  try {
    const client = await connect(connection, schema, 'attune-sync asks');
    try {
      return await work(await openChannel(client));
    } finally {
      await disconnect(client);
    }
  } catch (error) {
    throw describeError(error, describePlace(connection));
  }
}
