import type { DaemonOptions } from '../../src/daemon/daemon-options.ts';
import { runDaemon } from '../../src/daemon/run-daemon.ts';
import { realTiming, type Timing } from '../../src/daemon/timing.ts';
import { openConnection } from '../../src/database/open-database.ts';
import type { Logger } from '../../src/logger.ts';
import { reconcile } from '../../src/reconcile.ts';
import type { Fleet } from '../support/fleet.ts';

const patienceMs = 30_000;

/** A daemon on a fleet, and what it said; in real time where no other is given. */
export async function startDaemon(
  fleet: Fleet,
  stop: AbortController,
  timing: Timing = realTiming,
  more: Partial<DaemonOptions> = {},
) {
  const lines: string[] = [];
  const listening = new Set<() => void>();
  const wakeAll = () => {
    for (const wake of listening) wake();
    listening.clear();
  };
  const hear = (message: string) => {
    lines.push(message);
    wakeAll();
  };
  const log: Logger = { debug: hear, info: hear, warn: hear, error: hear };
  const context = { ...fleet.context, log, signal: stop.signal };
  const { connection, schema } = context.database;
  const ended = runDaemon(context, {
    who: 'test@here',
    reconcile,
    openDatabase: () => openConnection(connection, schema, log),
    timing,
    ...more,
  });
  return {
    lines,
    ended,
    /** Waits until something said from now on matches. */
    async says(pattern: RegExp): Promise<string> {
      const begin = lines.length;
      const deadline = AbortSignal.timeout(patienceMs);
      deadline.addEventListener('abort', wakeAll, { once: true });
      for (;;) {
        const found = lines.slice(begin).find((line) => pattern.test(line));
        if (found !== undefined) return found;
        if (deadline.aborted) throw new Error(`never said ${pattern}; said:\n${lines.slice(begin).join('\n')}`);
        await new Promise<void>((resolve) => listening.add(resolve));
      }
    },
  };
}
