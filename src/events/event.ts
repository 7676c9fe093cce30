import type { Problem } from '../errors.ts';

/** How somebody asked for a pass: by HTTP, by a webhook, from the command line, or by a document that ran out. */
export type AskedBy = 'api' | 'webhook' | 'command';

/**
 * What a daemon has to tell, as data: metrics count it, the API streams it, the log says it. News only: that a pack
 * still fails as it did before is no event.
 */
export type EventBody =
  | { readonly type: 'leader-gained' }
  | { readonly type: 'leader-lost'; readonly why: string }
  /** Another leads; `leader` is null where its name cannot be read. */
  | { readonly type: 'standing-by'; readonly leader: string | null }
  | {
      readonly type: 'look-requested';
      readonly by: AskedBy;
      readonly who: string;
      readonly refs: readonly string[];
      /** Remotes that are asked anew, without credentials; left out: those of `refs`, or all. */
      readonly urls?: readonly string[];
    }
  | { readonly type: 'pass-started'; readonly cause: string; readonly targets: readonly string[] | null }
  | {
      readonly type: 'pass-ended';
      readonly cause: string;
      readonly outcome: 'applied' | 'unchanged' | 'blocked' | 'failed';
      /** Packs by outcome; `unchanged` among them. */
      readonly packs: Readonly<Record<string, number>>;
      /** The first errors of documents and entries; left out where there are none. */
      readonly problems?: readonly Problem[];
      readonly durationMs: number;
      readonly nextMs: number;
      /** The recorded run; null where there was nothing to record. */
      readonly run: string | null;
    }
  /** The pass as a whole could not be done: the database is gone, for example. */
  | {
      readonly type: 'pass-failed';
      readonly cause: string;
      readonly problems: readonly Problem[];
      readonly durationMs: number;
      readonly nextMs: number;
    }
  | {
      readonly type: 'pack-applied';
      readonly ref: string;
      readonly action: string;
      readonly reason: string;
      readonly version: string | null;
      readonly durationMs: number;
    }
  | {
      readonly type: 'pack-troubled';
      readonly ref: string;
      readonly outcome: 'blocked' | 'failed' | 'skipped' | 'unreadable';
      readonly problems: readonly Problem[];
      /** Null: not before its input changes. */
      readonly retryAt: Date | null;
    }
  | { readonly type: 'pack-recovered'; readonly ref: string }
  /** Somebody else writes what we write: the same field was repaired `times` times within an hour. */
  | {
      readonly type: 'fight';
      readonly ref: string;
      readonly component: string;
      readonly field: string;
      readonly times: number;
    }
  | { readonly type: 'source-failed'; readonly url: string; readonly problem: Problem; readonly retryAt: Date }
  | { readonly type: 'source-recovered'; readonly url: string }
  | { readonly type: 'webhook-refused'; readonly name: string; readonly why: string }
  | { readonly type: 'config-reloaded' }
  | { readonly type: 'config-refused'; readonly problems: readonly Problem[] }
  | {
      readonly type: 'suspended';
      /** Null: all packs. */
      readonly ref: string | null;
      readonly by: string;
      readonly reason: string;
      readonly until: Date | null;
    }
  | { readonly type: 'resumed'; readonly ref: string | null; readonly by: string };

export type EventType = EventBody['type'];

const everyType: Readonly<Record<EventType, null>> = {
  'leader-gained': null,
  'leader-lost': null,
  'standing-by': null,
  'look-requested': null,
  'pass-started': null,
  'pass-ended': null,
  'pass-failed': null,
  'pack-applied': null,
  'pack-troubled': null,
  'pack-recovered': null,
  fight: null,
  'source-failed': null,
  'source-recovered': null,
  'webhook-refused': null,
  'config-reloaded': null,
  'config-refused': null,
  suspended: null,
  resumed: null,
};

/** Every type there is, as somebody may ask for some. */
export const eventTypes: readonly string[] = Object.keys(everyType);

/** An event as it is kept and streamed. */
export type DaemonEvent = EventBody & {
  /** Counts from 1 in each process. */
  readonly id: number;
  readonly at: Date;
};
