/** What the child is to do to itself, and where; the runner gives it as JSON in the environment. */
export interface Orders {
  /** Files below it count, and nothing else. */
  readonly root: string;
  /** The pack store, which can be full or read-only. */
  readonly store: string;
  readonly url: string;
  readonly mode: Mode;
  /** The number of the point, from 1; 0: none, only count. */
  readonly at: number;
  /** A file for the points that were passed, one JSON value a line. */
  readonly report: string;
}

/**
 * `count`: nothing. `kill`: SIGKILL after the point. `cut`: the writer's connection is closed after the statement.
 * `lock`: another session ends the writer's backend after the statement. `full`, `read-only`: from this file operation
 * on the pack store takes no more bytes, or no change at all.
 */
export type Mode = 'count' | 'kill' | 'cut' | 'lock' | 'full' | 'read-only';

/** A place in a run at which its process can end. */
export interface Point {
  readonly kind: 'file' | 'statement' | 'sent' | 'command';
  readonly name: string;
  /** Of a file operation: whether it is in the pack store, and whether it needs room. */
  readonly inStore?: boolean;
  readonly needsRoom?: boolean;
}

export const ordersVariable = 'ATTUNE_SYNC_CRASH_ORDERS';
