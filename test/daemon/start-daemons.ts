import type { Companion, DaemonView } from '../../src/daemon/daemon-view.ts';
import { runDaemon } from '../../src/daemon/run-daemon.ts';
import { openConnection } from '../../src/database/open-database.ts';
import type { DaemonEvent, EventType } from '../../src/events/event.ts';
import type { Logger } from '../../src/logger.ts';
import { reconcile } from '../../src/reconcile.ts';
import type { Fleet } from '../support/fleet.ts';

const patienceMs = 20_000;

/** One of several daemons on a fleet, in this process. */
export interface RunningDaemon extends AsyncDisposable {
  readonly view: DaemonView;
  readonly lines: readonly string[];
  /** Waits for an event after those that were waited for before. */
  happens<Type extends EventType>(type: Type): Promise<DaemonEvent & { readonly type: Type }>;
  /** Ends the connection that holds, or waits for, the leader lock. */
  cut(): Promise<void>;
  stop(): Promise<void>;
}

/** Waits until it is started; `happens` tells whether it leads. */
export async function startOneOf(
  fleet: Fleet,
  who: string,
  companion: Companion = async () => ({ close: async () => {} }),
): Promise<RunningDaemon> {
  const lines: string[] = [];
  const hear = (message: string) => void lines.push(message);
  const log: Logger = { debug: hear, info: hear, warn: hear, error: hear };
  const stop = new AbortController();
  const context = { ...fleet.context, log, signal: stop.signal };
  const { connection, schema } = fleet.context.database;
  let started: (view: DaemonView) => void = () => {};
  const view = new Promise<DaemonView>((resolve) => {
    started = resolve;
  });
  const ended = runDaemon(context, {
    who,
    reconcile,
    openDatabase: () => openConnection(connection, schema, log),
    companions: [
      companion,
      async (given) => {
        started(given);
        return { close: async () => {} };
      },
    ],
  });
  const { events } = await view;
  let seen = 0;
  const end = async () => {
    stop.abort();
    await ended;
  };
  return {
    view: await view,
    lines,
    async happens<Type extends EventType>(type: Type) {
      const isIt = (event: DaemonEvent): event is DaemonEvent & { readonly type: Type } => event.type === type;
      const deadline = AbortSignal.timeout(patienceMs);
      for (;;) {
        const found = events.since(seen).find(isIt);
        if (found !== undefined) {
          seen = found.id;
          return found;
        }
        if (deadline.aborted) throw new Error(`${who} never told ${type}; said:\n${lines.join('\n')}`);
        await new Promise<void>((resolve) => {
          const off = events.subscribe(() => go());
          const go = () => {
            off();
            deadline.removeEventListener('abort', go);
            resolve();
          };
          deadline.addEventListener('abort', go);
        });
      }
    },
    async cut() {
      await fleet.sql(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE application_name IN (?, ?) AND datname = current_database()`,
        [`attune-sync leader ${who}`, `attune-sync standby ${who}`],
      );
    },
    stop: end,
    [Symbol.asyncDispose]: end,
  };
}
