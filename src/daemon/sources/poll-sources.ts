import type { Timing } from '../timing.ts';
import type { Asker } from './create-asker.ts';
import type { Source } from './source.ts';

/** Timers know no much longer time. */
const dayMs = 24 * 60 * 60 * 1000;

export interface Poll {
  /** Something is due at this time already. */
  rearm(dueMs: number): void;
  /** Somebody waits for what the daemon does now: until `goOn`, or for two seconds, nothing more is asked. */
  giveWay(): void;
  goOn(): void;
  close(): Promise<void>;
}

/** Longer than a pass over a large fleet takes that builds nothing. */
const giveWayMs = 2_000;

/** Asks each source when it is due, and fetches again what could not be fetched, until the signal aborts. */
export function pollSources(
  sources: ReadonlyMap<string, Source>,
  asker: Asker,
  timing: Timing,
  signal: AbortSignal,
): Poll {
  let wake = () => {};
  let closed = false;
  let armedMs = Number.POSITIVE_INFINITY;
  let untilMs: number | null = null;

  async function run(): Promise<void> {
    while (!signal.aborted && !closed) {
      const nowMs = timing.now();
      const isWaiting = untilMs !== null && nowMs < untilMs;
      if (!isWaiting) for (const source of sources.values()) askDue(source, asker, nowMs);
      const dueMs = Math.min(...[...sources.values()].map(nextMs), Number.POSITIVE_INFINITY);
      armedMs = isWaiting ? Math.max(dueMs, untilMs ?? 0) : dueMs;
      const woken = new AbortController();
      wake = () => woken.abort();
      if (armedMs < Number.POSITIVE_INFINITY)
        await timing.wait(Math.min(dayMs, Math.max(0, armedMs - nowMs)), woken.signal);
      else
        await new Promise<void>((resolve) => woken.signal.addEventListener('abort', () => resolve(), { once: true }));
    }
  }

  const stop = () => wake();
  signal.addEventListener('abort', stop);
  const ended = run().finally(() => signal.removeEventListener('abort', stop));
  return {
    rearm(dueMs) {
      if (dueMs < armedMs) wake();
    },
    giveWay() {
      // One pass after the other must not put it off for ever.
      untilMs ??= timing.now() + giveWayMs;
    },
    goOn() {
      untilMs = null;
      wake();
    },
    async close() {
      closed = true;
      wake();
      await ended;
    },
  };
}

function askDue(source: Source, asker: Asker, nowMs: number): void {
  if (source.question === null && source.follows.size > 0 && source.dueMs <= nowMs) asker.ask(source, 'routine');
  for (const { commit, job, failure } of source.fetches.values()) {
    if (job === null && failure !== null && failure.retryMs <= nowMs) asker.fetch(source, commit, 'routine');
  }
}

/** When something of it is due; what is under way says itself when it is due next. */
function nextMs({ question, follows, dueMs, fetches }: Source): number {
  const asked = question === null && follows.size > 0 ? dueMs : Number.POSITIVE_INFINITY;
  const fetched = [...fetches.values()].map(({ job, failure }) =>
    job === null && failure !== null ? failure.retryMs : Number.POSITIVE_INFINITY,
  );
  return Math.min(asked, ...fetched);
}
