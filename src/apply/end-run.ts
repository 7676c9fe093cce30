import type { Context } from '../context.ts';
import type { Writer } from '../database/database.ts';
import { hasErrors, type Problem, problemsOf } from '../errors.ts';
import type { ApplyInput } from './apply-input.ts';
import { beginRun, type Ending, finishRun, signRun } from './record-run.ts';
import type { PackResult, RunResult } from './result.ts';

/**
 * The result of a run, recorded unless it is like the last one recorded, or over some packs only and changed none.
 * History that cannot be written is a warning: what was applied is applied, each change with its own history.
 */
export async function endRun(
  context: Context,
  writer: Writer,
  input: ApplyInput,
  changes: readonly PackResult[],
): Promise<RunResult> {
  const { run, plan } = input;
  const packs = [...changes, ...unreadablePacks(input)];
  const problems = plan.problems;
  const outcome = outcomeOf(packs, hasErrors(problems));
  const signature = signRun({ packs, problems }, run.entries);
  if (run.id !== null || (run.targets === null && signature !== input.actual.lastSignature)) {
    await writer
      .transaction(async (transaction) => {
        const id = run.id ?? (await beginRun(transaction, run));
        await finishRun(transaction, id, redactEnding(context, { outcome, packs, problems }), signature);
        run.id = id;
      })
      .catch((error: unknown) => context.log.warn(sayUnrecorded(error)));
  }
  return {
    outcome,
    packs,
    problems,
    unchanged: plan.unchanged.length,
    durationMs: context.now().getTime() - run.started.getTime(),
    run: run.id,
  };
}

/** One line, whatever the database says. */
function sayUnrecorded(error: unknown): string {
  const said = problemsOf(error).map(({ message }) => message.replaceAll(/\s+/g, ' ').replace(/\.$/, ''));
  return `The run could not be recorded: ${said.join('; ')}.`;
}

/** History outlives the process: what it holds passes the redactor like everything that leaves it. */
function redactEnding({ redactor }: Context, ending: Ending): Ending {
  const redacted = (problems: readonly Problem[]) =>
    problems.map(
      ({ message, hint, excerpt, ...found }): Problem => ({
        ...found,
        message: redactor.redact(message),
        ...(hint === undefined ? {} : { hint: redactor.redact(hint) }),
        ...(excerpt === undefined ? {} : { excerpt: redactor.redact(excerpt) }),
      }),
    );
  const packs = ending.packs.map((pack) => ({ ...pack, problems: redacted(pack.problems) }));
  return { ...ending, packs, problems: redacted(ending.problems) };
}

/** Packs whose content could not be had: they stay as installed, and the result says so. */
export function unreadablePacks({ desired, plan }: Pick<ApplyInput, 'desired' | 'plan'>): PackResult[] {
  const retry = new Map(desired.unreadable.map((pack) => [pack.ref, pack.retry]));
  return plan.unreadable.map(({ ref, problems }) => ({
    ref,
    action: null,
    reason: null,
    outcome: 'unreadable',
    from: null,
    to: null,
    problems,
    retry: retry.get(ref) ?? false,
    durationMs: 0,
  }));
}

/** The worst that became of a pack; `failed`: something beside the packs is an error. */
export function outcomeOf(packs: readonly PackResult[], failed: boolean): RunResult['outcome'] {
  const has = (...outcomes: PackResult['outcome'][]) => packs.some(({ outcome }) => outcomes.includes(outcome));
  if (failed || has('failed', 'unreadable', 'skipped')) return 'failed';
  if (has('blocked')) return 'blocked';
  return has('applied') ? 'applied' : 'unchanged';
}
