import type { DatabaseContext } from '../../context.ts';
import { askState } from '../../control/ask-leader.ts';
import type { StateMessage } from '../../control/message.ts';
import { readDaemons } from '../../database/read-daemons.ts';
import { withLeaderChannel } from './with-leader-channel.ts';

/** The daemons of a manager, as far as its database knows them. */
export interface DaemonStatus {
  /** `user@host` of who leads; null where none does. */
  readonly leader: string | null;
  /** Those that stand by, sorted. */
  readonly standbys: readonly string[];
  /** What the leader says of itself; null where it does not answer, or cannot be asked. */
  readonly state: StateMessage | null;
}

/** A person waits for it. */
const patienceMs = 500;

/** Needs no right but to connect; a database that takes no questions, a replica for example, leaves the state unknown. */
export async function readDaemonStatus({ database, config, signal }: DatabaseContext): Promise<DaemonStatus> {
  const daemons = await readDaemons(database.knex, config.name);
  const leader = daemons.find(({ leads }) => leads)?.name ?? null;
  const standbys = daemons.filter(({ leads }) => !leads).map(({ name }) => name);
  if (leader === null) return { leader, standbys, state: null };
  const state = await withLeaderChannel(database, (channel) =>
    askState(channel, config.name, { waitMs: patienceMs, signal }),
  ).catch(() => null);
  return { leader, standbys, state };
}
