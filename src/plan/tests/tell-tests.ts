import type { TestPolicy } from '../../config/config.ts';
import type { Desired } from '../../desired/desired.ts';
import type { PackChange, Plan } from '../plan.ts';
import { installsContent } from './find-tests.ts';
import type { ToldTests } from './told-tests.ts';

/**
 * The plan with the tests that packs bring, where a change installs content of theirs: those that come before it, or
 * that would.
 *
 * @param general of the configuration; a document wins over it
 */
export function tellTests(plan: Plan, { packs }: Pick<Desired, 'packs'>, general: TestPolicy): Plan {
  const told = new Map<string, ToldTests>();
  for (const { ref, content, document } of packs) {
    if (content.testing === undefined) continue;
    const { runners, onFailure } = content.testing;
    const policy = document.tests ?? general;
    told.set(ref, { runners: runners.map(({ name, type }) => ({ name, type })), onFailure, policy });
  }
  if (told.size === 0) return plan;
  const tell = (change: PackChange): PackChange => {
    const tests = told.get(change.ref);
    return tests === undefined || !installsContent(change) ? change : { ...change, tests };
  };
  return { ...plan, changes: plan.changes.map(tell) };
}
