import { SyncError } from '../../errors.ts';
import { isObject, type JsonObject } from '../../json.ts';
import type { DaemonClient } from './create-daemon-client.ts';
import { parseEventStream } from './parse-event-stream.ts';

export interface FollowOptions {
  /** With its query. */
  readonly path: string;
  /** Ends it. */
  readonly signal: AbortSignal;
  /** Resolves after so many milliseconds, or when the signal aborts. */
  readonly wait: (ms: number) => Promise<void>;
  /** Told when the daemon is gone, with how long it is waited for, and when it is there again. */
  readonly onLost: (error: SyncError | null, waitMs: number) => void;
  readonly onBack: () => void;
}

const firstMs = 1_000;
const longestMs = 30_000;

/**
 * Events as they happen, until the signal aborts. A daemon that goes away is waited for, and asked for what was missed.
 * @throws SyncError where it cannot be reached at first, or refuses
 */
export async function* followEvents(client: DaemonClient, options: FollowOptions): AsyncIterable<JsonObject> {
  const { path, signal, wait } = options;
  let lastId: string | null = null;
  let failures = 0;
  let wasMet = false;
  while (!signal.aborted) {
    let lost: SyncError | null = null;
    try {
      const chunks = await client.stream(path, { lastId, signal });
      if (failures > 0) options.onBack();
      [failures, wasMet] = [0, true];
      for await (const { id, data } of parseEventStream(chunks)) {
        lastId = id ?? lastId;
        const event = parse(data);
        if (event !== null) yield event;
      }
    } catch (error) {
      if (signal.aborted) return;
      if (!wasMet || !(error instanceof SyncError) || error.retry !== 'soon') throw error;
      lost = error;
    }
    if (signal.aborted) return;
    // One that was met begins where it left, were it from its very start.
    lastId ??= '';
    failures += 1;
    const waitMs = Math.min(longestMs, firstMs * 2 ** (failures - 1));
    options.onLost(lost, waitMs);
    await wait(waitMs);
  }
}

function parse(data: string): JsonObject | null {
  try {
    const event: unknown = JSON.parse(data);
    return isObject(event) ? (event as JsonObject) : null;
  } catch {
    return null;
  }
}
