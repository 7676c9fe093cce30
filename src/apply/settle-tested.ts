import type { Context } from '../context.ts';
import type { Writer } from '../database/database.ts';
import { hasErrors, problemsOf } from '../errors.ts';
import type { FailedTests } from '../pack-tests/failed-tests.ts';
import type { PackChange } from '../plan/plan.ts';
import type { Verdict } from './find-obstacle.ts';
import { judgeTested } from './judge-tested.ts';
import { recordTests } from './record-tests.ts';
import type { BeforeChange } from './tests-of-change.ts';

/**
 * What becomes of a change by its tests: it is applied, perhaps with a warning, or it is blocked, which is remembered and,
 * of a pack that is installed, recorded in a transaction of its own. That never fails a pack.
 */
export async function settleTested(
  context: Context,
  writer: Writer,
  { change, before }: { readonly change: PackChange; readonly before: BeforeChange },
  remembered: FailedTests | undefined,
): Promise<Verdict> {
  const { ref, to } = change;
  if (before === undefined || before === 'skipped') return { outcome: 'applied', problems: [], retry: false };
  const problems = judgeTested(ref, before);
  remembered?.delete(ref);
  if (!hasErrors(problems)) return { outcome: 'applied', problems, retry: false };
  const [{ message } = { message: '' }] = problems;
  remembered?.set(ref, { state: before.tests.state, message });
  if (change.pack.id !== null) {
    const record = { ref, version: to?.version ?? '', reason: 'update', result: before.result } as const;
    await writer
      .transaction((transaction) => recordTests(transaction, record))
      .catch((error: unknown) => {
        const said = problemsOf(error).map((one) => one.message.replaceAll(/\s+/g, ' '));
        context.log.warn(`How the tests of ${ref} ended could not be recorded: ${said.join('; ')}`);
      });
  }
  return { outcome: 'blocked', problems, retry: false };
}
