import type { Problem } from '../errors.ts';

/** The channel of LISTEN and NOTIFY on which daemons hear, and answer. One for all managers of a database. */
export const controlChannel = 'attune_sync';

export interface VersionAnswer {
  readonly version: string;
  readonly digest: string | null;
  readonly commit: string | null;
}

/** What became of one pack in the pass that somebody asked for; as much of its result as fits. */
export interface PackAnswer {
  readonly ref: string;
  readonly action: string | null;
  readonly reason: { readonly code: string; readonly sentence: string } | null;
  readonly outcome: 'applied' | 'blocked' | 'failed' | 'skipped' | 'unreadable';
  readonly from: VersionAnswer | null;
  readonly to: VersionAnswer | null;
  readonly problems: readonly Problem[];
  readonly retry: boolean;
  readonly durationMs: number;
}

/** "Look again": never what is there. `refs` and `urls` as in a `LookRequest`. */
export interface LookMessage {
  readonly type: 'look';
  readonly id: string;
  readonly manager: string;
  readonly by: 'api' | 'webhook' | 'command';
  readonly who: string;
  readonly refs?: readonly string[];
  readonly urls?: readonly string[];
}

/** The leader heard it; a pass is to come. */
export interface HeardMessage {
  readonly type: 'heard';
  readonly id: string;
  /** `user@host` of the leader. */
  readonly who: string;
}

/** How the pass ended. */
export interface LookedMessage {
  readonly type: 'looked';
  readonly id: string;
  readonly outcome: 'applied' | 'unchanged' | 'blocked' | 'failed' | 'not-done';
  /** Of `not-done`; else null. */
  readonly why: string | null;
  readonly run: string | null;
  /** Those that were asked for first, then those in trouble. */
  readonly packs: readonly PackAnswer[];
  /** How many more packs there were than fit. */
  readonly more: number;
  /** Of the packs asked for, those that no document names and that are not installed. */
  readonly unknown: readonly string[];
  /** Remotes that fail, of the packs asked for; left out where none does. */
  readonly sources?: readonly SourceAnswer[];
}

export interface AskStateMessage {
  readonly type: 'ask-state';
  readonly id: string;
  readonly manager: string;
}

/** A pack that is tried again by itself; times are ISO 8601. */
export interface RetryAnswer {
  readonly ref: string;
  readonly attempts: number;
  readonly at: string;
}

/** A remote that does not answer. */
export interface SourceAnswer {
  readonly url: string;
  readonly attempts: number;
  readonly at: string;
  readonly message: string;
}

/** What the leader is at; times are ISO 8601. */
export interface StateMessage {
  readonly type: 'state';
  readonly id: string;
  readonly who: string;
  /** It leads since. */
  readonly since: string;
  readonly pass: { readonly cause: string; readonly since: string; readonly targets: number | null } | null;
  readonly nextLookAt: string | null;
  /** Why the last pass could not be done as a whole; empty where it was. */
  readonly failed: readonly Problem[];
  /** The soonest first. */
  readonly retries: readonly RetryAnswer[];
  readonly moreRetries: number;
  readonly sources: readonly SourceAnswer[];
  readonly moreSources: number;
}

export type ControlMessage = LookMessage | HeardMessage | LookedMessage | AskStateMessage | StateMessage;
