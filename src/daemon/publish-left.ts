import { sayUntold } from '../announcements/publish-announcements.ts';
import { publishWaiting } from '../announcements/publish-left-over.ts';
import type { Context } from '../context.ts';
import { SyncError } from '../errors.ts';
import { formatDuration } from '../text/format-duration.ts';
import { backoffMs } from './backoff.ts';
import type { KeptDatabase } from './keep-database.ts';
import { createNudge } from './nudge.ts';
import type { Timing } from './timing.ts';

/** Tells Attune's services what runs could not tell them. */
export interface LeftPublisher {
  /** A pass has ended: looks whether anything waits, unless the broker is given time just now. */
  look(): void;
  /** Resolves when nothing of it is under way. */
  close(): Promise<void>;
}

interface LeftOptions {
  readonly who: string;
  readonly database: KeptDatabase;
  readonly timing: Timing;
}

/** Whoever has the writer lock longer is at work, and publishes what it does by itself. */
const lockTimeoutMs = 5_000;
/** Timers know no longer time. */
const longestMs = 24 * 60 * 60 * 1000;

/**
 * Publishes what waits in the outbox beside the passes, and tries again with backoff while the broker is away, until
 * `context.signal` aborts. Reads one row a pass where nothing waits, and does nothing where no broker is configured.
 */
export function publishLeft(context: Context, options: LeftOptions): LeftPublisher {
  if (context.config.messageQueue === undefined) return { look() {}, close: async () => {} };
  const { signal } = context;
  const nudge = createNudge(options.timing);
  signal.addEventListener('abort', nudge.nudge);
  const ended = keepPublishing(context, options, nudge).finally(() => signal.removeEventListener('abort', nudge.nudge));
  return { look: nudge.nudge, close: () => ended };
}

async function keepPublishing(
  context: Context,
  options: LeftOptions,
  nudge: ReturnType<typeof createNudge>,
): Promise<void> {
  const { timing } = options;
  let attempts = 0;
  let dueMs = Number.POSITIVE_INFINITY;
  let told = '';
  while (!context.signal.aborted) {
    const isAsked = nudge.take();
    const isDue = attempts === 0 ? isAsked : dueMs <= timing.now();
    if (!isDue) {
      await nudge.wait(Math.min(longestMs, Math.max(0, dueMs - timing.now())));
      continue;
    }
    const error = await publishOnce(context, options).then(
      () => null,
      (thrown: unknown) => thrown,
    );
    attempts = error === null ? 0 : attempts + 1;
    const waitMs = error === null ? Number.POSITIVE_INFINITY : backoffMs(attempts, timing.random);
    dueMs = timing.now() + waitMs;
    const said = error === null || isBusy(error) || context.signal.aborted ? null : sayUntold(error);
    if (said !== null) {
      const text = `${said.text} It is tried again in ${formatDuration(waitMs)}.`;
      context.log[said.text === told ? 'debug' : 'warn'](text, { code: said.code });
    }
    told = said?.text ?? '';
  }
}

async function publishOnce(context: Context, { who, database }: LeftOptions): Promise<void> {
  const lock = { holder: `announcements by ${who}`, timeoutMs: lockTimeoutMs, signal: context.signal };
  const published = await publishWaiting({ ...context, database: await database.get() }, lock);
  if (published === 0) return;
  context.log.info(`Told Attune's services what waited: ${published} ${published === 1 ? 'message' : 'messages'}.`);
}

function isBusy(error: unknown): boolean {
  return error instanceof SyncError && (error.code === 'writer-locked' || error.code === 'not-leader');
}
