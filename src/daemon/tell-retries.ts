import type { WaitingRetry } from './daemon-state.ts';
import type { Retries } from './retries.ts';
import type { PassReport } from './run-pass.ts';

interface Clocks {
  /** Now, on the clock of people. */
  readonly nowMs: number;
  /** Now, on the clock of `Timing.now`. */
  readonly clockMs: number;
  /** When the remote of a pack is tried again that keeps it waiting. */
  readonly retryOf: (ref: string) => WaitingRetry | undefined;
}

/** Every pack that is tried again by itself: by a pass of its own, or when its remote answers. */
export function tellRetries(
  retries: Retries,
  end: PassReport,
  { nowMs, clockMs, retryOf }: Clocks,
): ReadonlyMap<string, WaitingRetry> {
  const told = new Map<string, WaitingRetry>();
  for (const [ref, { attempts, dueMs }] of retries) told.set(ref, { attempts, at: new Date(nowMs + dueMs - clockMs) });
  const packs = 'error' in end ? [] : end.result.packs;
  for (const { ref, outcome } of packs) {
    const retry = outcome === 'unreadable' ? retryOf(ref) : undefined;
    if (retry !== undefined) told.set(ref, retry);
  }
  return told;
}
