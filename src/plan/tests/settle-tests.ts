import type { TestPolicy } from '../../config/config.ts';
import type { Desired } from '../../desired/desired.ts';
import type { FailedTests } from '../../pack-tests/failed-tests.ts';
import type { Plan } from '../plan.ts';
import { findTests } from './find-tests.ts';

/** What is known of tests before any of them runs. */
export interface TestOptions {
  /** Of the configuration. */
  readonly policy: TestPolicy;
  /** A person has tests skipped. */
  readonly skipTests?: boolean;
  /** What this process found to fail. */
  readonly failedTests?: Pick<FailedTests, 'get'>;
}

/**
 * The plan with what is known of the tests of its packs: that they are skipped, or that a change is blocked because the
 * very same content failed them already, in the same environments.
 */
export function settleTests(plan: Plan, desired: Desired, options: TestOptions): Plan {
  const { policy, skipTests = false, failedTests } = options;
  if (skipTests) return { ...plan, changes: plan.changes.map(({ tests: _, ...change }) => change), skipsTests: true };
  if (failedTests === undefined) return plan;
  const wanted = new Map(desired.packs.map((pack) => [pack.ref, pack]));
  const changes = plan.changes.map((change) => {
    const failed = failedTests.get(change.ref);
    const tests = failed === undefined ? null : findTests(change, wanted.get(change.ref), policy);
    if (failed === undefined || tests?.onFailure !== 'block' || tests.state !== failed.state) return change;
    const block = { code: 'tests-failed', sentence: failed.message, rows: [] };
    return { ...change, blocks: [...change.blocks, block] };
  });
  return { ...plan, changes };
}
