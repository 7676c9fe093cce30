import { backoffMs, jitterMs } from './backoff.ts';
import type { Nudge } from './nudge.ts';
import { dueRetries, type Failing, type Retries, scheduleRetries } from './retries.ts';
import type { Timing } from './timing.ts';

/** One pass over all packs, or over those whose retry is due. `proof`: the time of an absence is up. */
export interface Pass {
  readonly cause: 'start' | 'change' | 'interval' | 'retry' | 'proof';
  readonly targets?: readonly string[];
}

/**
 * What the loop has to know of a pass: which packs to try again and when, on the clock of `Timing.now`, all of them
 * are to be looked at (undefined: on the interval), or that all of it has to be tried again.
 */
export type PassEnd =
  | { readonly failing: readonly Failing[]; readonly dueMs?: number }
  | { readonly again: 'soon' | 'on-change' };

export interface LoopOptions<End extends PassEnd> {
  /** Must not reject. */
  readonly pass: (pass: Pass) => Promise<End>;
  /** Told how a pass ended, in how many milliseconds the next one begins by itself, and what is tried again. */
  readonly passed: (end: End, pass: Pass, nextMs: number, retries: Retries) => void;
  /** Every waiting retry was dropped: whatever failed before is to be tried by the next pass. */
  readonly forget?: () => void;
  readonly nudge: Nudge;
  readonly intervalMs: number;
  readonly timing: Timing;
  /** Ends the loop once the pass in hand has ended. */
  readonly signal: AbortSignal;
}

/**
 * Passes one after the other, never two at a time: at the start, after a nudge, on the interval, and when a retry is
 * due. Nudges during a pass make exactly one more. A nudge says that the state is a new one, hence it drops every
 * waiting retry and what was counted for it. It does not put off the interval, which notices what nobody nudges for,
 * and leaves what failed before to its retry.
 */
export async function runLoop<End extends PassEnd>(options: LoopOptions<End>): Promise<void> {
  const { nudge, timing, signal } = options;
  let retries: Retries = new Map();
  let failures = 0;
  let lookMs = timing.now();
  let proofMs = Number.POSITIVE_INFINITY;
  let cause: Pass['cause'] | null = 'start';
  signal.addEventListener('abort', nudge.nudge);

  while (!signal.aborted) {
    if (nudge.take()) {
      cause ??= 'change';
      retries = new Map();
      options.forget?.();
      failures = 0;
    }
    const pass = nextPass(cause, { lookMs, proofMs, retries }, timing.now());
    if (pass === null) {
      await nudge.wait(nextMs({ lookMs, proofMs, retries }, timing.now()));
      continue;
    }
    cause = null;
    const end = await options.pass(pass);
    if ('again' in end) {
      failures += 1;
      retries = new Map();
      options.forget?.();
      proofMs = Number.POSITIVE_INFINITY;
      lookMs = timing.now() + retryMs(end.again, failures);
    } else {
      failures = 0;
      retries = scheduleRetries(retries, end.failing, pass.targets, timing);
      proofMs = end.dueMs ?? Number.POSITIVE_INFINITY;
      if (pass.cause !== 'change' && pass.targets === undefined)
        lookMs = timing.now() + jitterMs(options.intervalMs, timing.random);
    }
    options.passed(end, pass, nextMs({ lookMs, proofMs, retries }, timing.now()), retries);
  }
  signal.removeEventListener('abort', nudge.nudge);

  function retryMs(again: 'soon' | 'on-change', attempts: number): number {
    const intervalMs = jitterMs(options.intervalMs, timing.random);
    return again === 'soon' ? Math.min(intervalMs, backoffMs(attempts, timing.random)) : intervalMs;
  }
}

/** What is due by itself, on the clock of `Timing.now`. */
interface Agenda {
  readonly lookMs: number;
  readonly proofMs: number;
  readonly retries: Retries;
}

function nextPass(cause: Pass['cause'] | null, { lookMs, proofMs, retries }: Agenda, nowMs: number): Pass | null {
  // Before a change: however fast changes come, the interval has its turn, and sees them too.
  if (lookMs <= nowMs && cause !== 'start') return { cause: 'interval' };
  if (cause !== null) return { cause };
  if (proofMs <= nowMs) return { cause: 'proof' };
  const targets = dueRetries(retries, nowMs);
  return targets.length > 0 ? { cause: 'retry', targets } : null;
}

function nextMs({ lookMs, proofMs, retries }: Agenda, nowMs: number): number {
  const dueMs = Math.min(lookMs, proofMs, ...[...retries.values()].map((retry) => retry.dueMs));
  return Math.max(0, dueMs - nowMs);
}
