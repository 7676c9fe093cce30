import type { PackChange, Reason } from '../plan/plan.ts';
import type { ChangeTests } from './result.ts';
import type { TestedPack } from './test-packs.ts';

/** The tests that came before a change: how they ended, or that a person had them skipped. */
export type BeforeChange = TestedPack | 'skipped' | undefined;

/** What a result says of them; nothing where there were none to run. */
export function describeTests(before: BeforeChange): { readonly tests?: ChangeTests } {
  if (before === undefined) return {};
  if (before === 'skipped') return { tests: { outcome: 'skipped' } };
  const { outcome, total, passed, failed, skipped, durationMs, why } = before.result;
  return { tests: { outcome, total, passed, failed, skipped, durationMs, why } };
}

/** Why a change was made, and what it was made without: history keeps the reason. */
export function reasonOf({ reason }: PackChange, before: BeforeChange): Reason {
  const isInstalled = before !== undefined && before !== 'skipped' && before.tests.onFailure !== 'block';
  const said =
    before === 'skipped'
      ? ', tests skipped'
      : isInstalled && before.result.outcome === 'failed'
        ? ', tests failed'
        : '';
  return said === '' ? reason : { ...reason, sentence: `${reason.sentence}${said}` };
}
