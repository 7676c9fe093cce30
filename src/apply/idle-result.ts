import { hasErrors } from '../errors.ts';
import type { Plan } from '../plan/plan.ts';
import type { ApplyInput } from './apply-input.ts';
import { outcomeOf, unreadablePacks } from './end-run.ts';
import { type FailedChanges, findFailed } from './failed-changes.ts';
import { blockedVerdict, lacksAnother } from './find-obstacle.ts';
import { type RunHead, signRun } from './record-run.ts';
import type { PackResult, RunResult } from './result.ts';

type Found = Pick<ApplyInput, 'desired' | 'actual' | 'plan' | 'failedChanges'>;

/**
 * The result of a run that has nothing to write, not even history: nothing changes, or all that would is blocked or
 * failed before, and what does not go well is what the last run recorded. Else null.
 */
export function idleResult(found: Found, head: RunHead, now: Date): RunResult | null {
  const { plan, actual } = found;
  if (plan.overrides.length > 0 || (plan.endedHolds ?? []).length > 0) return null;
  if (actual.leftoverLinks.length > 0) return null;
  const hindered = hinderedPacks(plan, found.failedChanges);
  if (hindered.length < plan.changes.length) return null;
  const packs = [...hindered, ...unreadablePacks(found)];
  const { problems } = plan;
  if (head.targets === null && signRun({ packs, problems }, head.entries) !== actual.lastSignature) return null;
  const outcome = outcomeOf(packs, hasErrors(problems));
  const durationMs = now.getTime() - head.started.getTime();
  return { outcome, packs, problems, unchanged: plan.unchanged.length, durationMs, run: null };
}

/** Of the changes of a plan, those that will not be made: they are blocked, failed before, or need another such. */
function hinderedPacks(
  { changes }: Pick<Plan, 'changes'>,
  failedChanges: FailedChanges | undefined,
): readonly PackResult[] {
  const results: PackResult[] = [];
  for (const change of changes) {
    const { ref, action, reason, from, to } = change;
    const verdict = change.blocks.length > 0 ? blockedVerdict(change) : lacksAnother(change, results);
    const failed = verdict === null ? findFailed(change, failedChanges) : null;
    if (verdict !== null) results.push({ ref, action, reason, from, to, ...verdict, durationMs: 0 });
    if (failed !== null) results.push({ ref, action, reason, from, to, ...failed, durationMs: 0, untried: true });
  }
  return results;
}
