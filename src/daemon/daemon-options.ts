import type { Database } from '../database/database.ts';
import type { reconcile } from '../reconcile.ts';
import type { Companion } from './daemon-view.ts';
import type { Sweep } from './hourly-sweep.ts';
import type { RunElections } from './leader/leadership.ts';
import type { Timing } from './timing.ts';

export interface DaemonOptions {
  /** Who runs this, for people: `user@host`. */
  readonly who: string;
  readonly reconcile: typeof reconcile;
  /** Opens the database: at the first pass, and again after it was lost. The daemon closes it. */
  readonly openDatabase: () => Promise<Database>;
  /** Deletes what nobody needs any more; called between passes, at most hourly. */
  readonly sweep?: Sweep;
  /** What runs beside the loop. */
  readonly companions?: readonly Companion[];
  /** Called once, after the first pass that neither failed as a whole nor was called off. */
  readonly onReady?: () => void;
  /** Takes the plan's text where there is something to say; without it, it is logged line by line. */
  readonly show?: (text: string) => void;
  /** The log is read by its fields: a plan is a line a pack in it, and not a table. */
  readonly logsData?: boolean;
  readonly color?: boolean;
  readonly width?: number;
  readonly timing?: Timing;
  /** Who leads, among all daemons of this manager; `runElections` where not given. */
  readonly elections?: RunElections;
}
