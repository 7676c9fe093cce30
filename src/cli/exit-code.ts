import type { RunResult } from '../apply/result.ts';
import { hasErrors } from '../errors.ts';
import type { Plan } from '../plan/plan.ts';
import { summarisePlan } from '../plan/summarise-plan.ts';

/** In order of precedence: any error, something blocked or refused, changes pending, nothing of these. */
export const exitCodes = { error: 1, blocked: 3, pending: 2, ok: 0 } as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** `detailed`: tell pending changes from none (`plan --detailed-exitcode`). */
export function exitCodeOfPlan(plan: Plan, detailed: boolean): ExitCode {
  if (plan.unreadable.length > 0 || hasErrors(plan.problems)) return exitCodes.error;
  const { blocked } = summarisePlan(plan);
  if (blocked > 0) return exitCodes.blocked;
  return detailed && plan.changes.length > 0 ? exitCodes.pending : exitCodes.ok;
}

/** Nothing was applied, because a person said no: blocked, unless the plan holds errors, which come first. */
export function exitCodeOfRefusal(plan: Plan): ExitCode {
  return exitCodeOfPlan(plan, false) === exitCodes.error ? exitCodes.error : exitCodes.blocked;
}

/** `interrupted`: the run was told to stop, so that a pack it skipped was not refused but never reached. */
export function exitCodeOfRun(result: RunResult, interrupted: boolean): ExitCode {
  const outcomes = new Set(result.packs.map(({ outcome }) => outcome));
  if (outcomes.has('failed') || outcomes.has('unreadable') || hasErrors(result.problems)) return exitCodes.error;
  if (interrupted && outcomes.has('skipped')) return exitCodes.error;
  if (outcomes.has('blocked') || outcomes.has('skipped')) return exitCodes.blocked;
  return result.outcome === 'failed' ? exitCodes.error : exitCodes.ok;
}
