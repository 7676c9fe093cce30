import type { Actual } from '../../actual/actual.ts';
import type { PackChange, Plan } from '../plan.ts';
import { findRestarts, findRunning } from './find-restarts.ts';

/** The plan with the sensors that run on as they were; see `findRestarts`. */
export function tellRestarts(plan: Plan, actual: Actual, isTold: boolean): Plan {
  if (plan.changes.length === 0) return plan;
  const running = findRunning(actual);
  if (running.size === 0) return plan;
  const tell = (change: PackChange): PackChange => {
    const restarts = findRestarts(change, running, isTold);
    return restarts.length === 0 ? change : { ...change, restarts };
  };
  return { ...plan, changes: plan.changes.map(tell) };
}
