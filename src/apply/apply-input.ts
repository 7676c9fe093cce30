import type { Actual } from '../actual/actual.ts';
import type { Desired } from '../desired/desired.ts';
import type { FailedTests } from '../pack-tests/failed-tests.ts';
import type { Plan } from '../plan/plan.ts';
import type { FailedChanges } from './failed-changes.ts';
import type { LongSteps } from './long-steps.ts';
import type { LookAgain } from './look-again.ts';
import type { Run } from './record-run.ts';

/** Everything a run applies: both sides, the difference, and the run it is recorded as. */
export interface ApplyInput {
  readonly desired: Desired;
  readonly actual: Actual;
  readonly plan: Plan;
  readonly run: Run;
  /** Asked after builds and tests, which can take minutes. */
  readonly lookAgain: LookAgain;
  /** On the pack store's file system. */
  readonly staging: string;
  /** Calls off builds and tests of single packs; without it nothing does. */
  readonly longSteps?: LongSteps;
  /** Where what failed is remembered, for the next run of this process; without it nothing is. */
  readonly failedTests?: FailedTests;
  /** The same of changes. */
  readonly failedChanges?: FailedChanges;
}
