import type { Context } from '../../context.ts';
import type { Channel } from '../../control/open-channel.ts';
import type { EventBody } from '../../events/event.ts';
import type { KeptDatabase } from '../keep-database.ts';
import type { KeptState } from '../keep-state.ts';

/** What a daemon has for as long as it leads. */
export interface Leadership {
  /** Aborts when the daemon stops or leads no longer. */
  readonly signal: AbortSignal;
  /** Its writers commit nothing once another leads. */
  readonly database: KeptDatabase;
  /** On the connection that holds the lock. */
  readonly channel: Channel;
}

export interface ElectionOptions {
  /** `user@host`, for people. */
  readonly who: string;
  readonly database: KeptDatabase;
  readonly state: KeptState;
  readonly emit: (event: EventBody) => void;
  /** From 0 up to but not including 1. */
  readonly random: () => number;
  /** Called each time this daemon begins to stand for election: `channel` is there until it leads, or `lost` aborts. */
  readonly stand: (channel: Channel, lost: AbortSignal) => void;
  /** Called each time this daemon leads; awaited before it stands again. */
  readonly lead: (leadership: Leadership) => Promise<void>;
}

/** Stands for election until `context.signal` aborts. Never rejects but by what `lead` throws. */
export type RunElections = (context: Context, options: ElectionOptions) => Promise<void>;
