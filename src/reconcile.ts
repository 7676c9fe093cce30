import type { Actual } from './actual/actual.ts';
import type { RunResult } from './apply/result.ts';
import type { DatabaseContext } from './context.ts';
import type { Desired } from './desired/desired.ts';
import type { Plan } from './plan/plan.ts';

/** Both sides as they are now, and the difference. */
export interface Look {
  readonly desired: Desired;
  readonly actual: Actual;
  readonly plan: Plan;
}

export interface LookOptions {
  /** Only these packs; undefined means all. A ref that is neither desired nor installed is an error. */
  readonly targets?: readonly string[];
}

export interface ReconcileOptions extends LookOptions {
  readonly cause: 'apply' | 'daemon';
  /** How long to wait for the writer lock. */
  readonly lockTimeoutMs: number;
  /** Asked with the plan before anything is written; false ends the run. Without it the answer is yes. */
  readonly confirm?: (plan: Plan) => Promise<boolean>;
  /** Told what is desired as soon as it is read, before the actual side can fail: the daemon watches its directories. */
  readonly onDesired?: (desired: Desired) => void;
}

/** Reads both sides and plans; writes nothing to Postgres or the pack store. What was staged is gone when it returns. */
export declare function look(context: DatabaseContext, options?: LookOptions): Promise<Look>;

/** Looks, asks, and applies: the same for a person and for the daemon. `result` is null where the answer was no. */
export declare function reconcile(
  context: DatabaseContext,
  options: ReconcileOptions,
): Promise<{ readonly plan: Plan; readonly result: RunResult | null }>;
