import { hasErrors } from '../errors.ts';
import { blockedVerdict } from './apply-change.ts';
import type { ApplyInput } from './apply-input.ts';
import { outcomeOf, unreadablePacks } from './end-run.ts';
import { type RunHead, signRun } from './record-run.ts';
import type { PackResult, RunResult } from './result.ts';

type Found = Pick<ApplyInput, 'desired' | 'actual' | 'plan'>;

/**
 * The result of a run that has nothing to write, not even history: nothing changes, or all that would is blocked, and
 * what does not go well is what the last run recorded. Else null.
 */
export function idleResult(found: Found, head: RunHead, now: Date): RunResult | null {
  const { plan, actual } = found;
  if (plan.overrides.length > 0 || (plan.endedHolds ?? []).length > 0) return null;
  if (plan.changes.some(({ blocks }) => blocks.length === 0)) return null;
  if (actual.leftoverLinks.length > 0) return null;
  const packs = [...blockedPacks(found), ...unreadablePacks(found)];
  const { problems } = plan;
  if (head.targets === null && signRun({ packs, problems }, head.entries) !== actual.lastSignature) return null;
  const outcome = outcomeOf(packs, hasErrors(problems));
  const durationMs = now.getTime() - head.started.getTime();
  return { outcome, packs, problems, unchanged: plan.unchanged.length, durationMs, run: null };
}

function blockedPacks({ plan }: Found): PackResult[] {
  return plan.changes.map((change) => {
    const { ref, action, reason, from, to } = change;
    return { ref, action, reason, from, to, ...blockedVerdict(change), durationMs: 0 };
  });
}
