import type { RunResult } from '../apply/result.ts';
import type { Context } from '../context.ts';
import type { PackAnswer } from '../control/message.ts';
import type { Events } from '../events/create-events.ts';
import type { AskedBy } from '../events/event.ts';
import type { DaemonState } from './daemon-state.ts';
import type { KeptDatabase } from './keep-database.ts';

/** "Look again", and at what. It never says what is there: that is read. */
export interface LookRequest {
  readonly by: AskedBy;
  /** `user@host`, the name of a token with its identity, or the name of a webhook. */
  readonly who: string;
  /** Only these packs; their remotes are asked anew. Undefined: all packs. */
  readonly refs?: readonly string[];
  /** Remotes to ask anew, as documents and entries write them. Undefined: those of `refs`, or all. */
  readonly urls?: readonly string[];
}

/** How the pass ended that began after a request. */
export type LookAnswer =
  | {
      readonly outcome: RunResult['outcome'];
      readonly packs: readonly PackAnswer[];
      readonly run: string | null;
      /** How many packs were left out of what another daemon answered; undefined where it was this one. */
      readonly more?: number;
    }
  /** The pass as a whole could not be done, or the daemon stopped or lost its leadership before it. */
  | { readonly outcome: 'not-done'; readonly why: string };

/** What runs beside the loop, HTTP or systemd for example, sees of a daemon. */
export interface DaemonView {
  readonly context: Context;
  /** `user@host` of this daemon. */
  readonly who: string;
  readonly events: Events;
  readonly database: KeptDatabase;
  /** As it is now; a new object whenever something of it changed. */
  readonly state: () => DaemonState;
  /**
   * Asks for a pass. A standby passes it on to who leads. Resolves when the first pass that began after the request, and
   * covers it, has ended; whoever does not want to wait does not await it. Never rejects.
   */
  readonly requestLook: (request: LookRequest) => Promise<LookAnswer>;
}

/** Started before the first pass, closed after the last one, last-in first-out. One that cannot start ends the daemon. */
export type Companion = (view: DaemonView) => Promise<{ close(): Promise<void> }>;
