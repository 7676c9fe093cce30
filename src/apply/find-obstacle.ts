import { type Problem, problem, SyncError } from '../errors.ts';
import { compareRefs } from '../plan/compare-refs.ts';
import { hintOfBlock } from '../plan/hint-of-block.ts';
import type { PackChange } from '../plan/plan.ts';
import type { PackResult } from './result.ts';

/** How one change ended. */
export type Verdict = Pick<PackResult, 'outcome' | 'problems' | 'retry'>;

interface Turn {
  readonly change: PackChange;
  readonly results: readonly PackResult[];
  /** Packs that could not be made ready, and why. */
  readonly notReady: ReadonlyMap<string, unknown>;
}

/** What keeps a change from being tried at all, given the `results` of those before it; null where nothing does. */
export function findObstacle({ change, results, notReady }: Turn, signal: AbortSignal): Verdict | null {
  if (change.blocks.length > 0) return blockedVerdict(change);
  if (signal.aborted) return skipped('stopped', whereStopped(notReady.get(change.ref)), true);
  const lost = results.find(({ problems }) => problems.some(({ code }) => code === 'connection-lost'));
  if (lost !== undefined)
    return skipped('connection-lost', 'the connection to Postgres was lost before this pack', true);
  return lacksAnother(change, results);
}

/** @param error why the pack was not made ready */
function whereStopped(error: unknown): string {
  const isCut = error instanceof SyncError && error.code === 'stopped';
  return isCut ? error.message : 'the run was stopped before this pack';
}

/** Of a change that needs another which was not applied: the first by ref, whatever came first in the plan. */
export function lacksAnother({ after }: Pick<PackChange, 'after'>, results: readonly PackResult[]): Verdict | null {
  const missing = results.filter(({ ref, outcome }) => outcome !== 'applied' && after.includes(ref));
  const [needed] = missing.sort((one, other) => compareRefs(one.ref, other.ref));
  if (needed === undefined) return null;
  return skipped('needs-another', `it needs the pack ${needed.ref}, which was not applied`, needed.retry);
}

/** An absence is proven by time alone, and executions end; whatever else blocks waits for somebody. */
const passesByItself: ReadonlySet<string> = new Set(['absence-unproven', 'draining']);

/** Of a change that must not be made, why. */
export function blockedVerdict({ blocks }: Pick<PackChange, 'blocks'>): Verdict {
  const problems = blocks.map(({ code, sentence }) => {
    const hint = hintOfBlock(code);
    return problem('error', code, sentence, hint === undefined ? {} : { hint });
  });
  return { outcome: 'blocked', problems, retry: blocks.every(({ code }) => passesByItself.has(code)) };
}

function skipped(code: string, message: string, retry: boolean): Verdict {
  const problems: readonly Problem[] = [problem('error', code, message)];
  return { outcome: 'skipped', problems, retry };
}
