import { renderResultJson, renderResultText } from '../../apply/render-result.ts';
import type { Plan } from '../../plan/plan.ts';
import { renderPlanJson } from '../../plan/render/render-plan-json.ts';
import { renderPlanText } from '../../plan/render/render-plan-text.ts';
import { type Reconciled, reconcile } from '../../reconcile.ts';
import { ask } from '../ask.ts';
import { exitCodeOfRefusal, exitCodeOfRun } from '../exit-code.ts';
import { lookOptions } from '../look-options.ts';
import { withContext, withDatabase } from '../open-context.ts';
import { type Output, terminalColumns, textWidth } from '../output.ts';
import type { Shell } from '../shell.ts';
import { type DataFormat, writeData } from '../write-data.ts';

interface ApplyOptions {
  readonly target?: readonly string[];
  readonly reinstall?: readonly string[];
  readonly skipDeps?: boolean;
  readonly despiteWindow?: string;
  readonly skipTests?: boolean;
  readonly yes?: boolean;
  /** Milliseconds. */
  readonly lockTimeout: number;
  readonly output: DataFormat;
}

/** Where the result is for machines, the plan that a person is asked about goes to standard error. */
export async function applyVerb(shell: Shell, options: ApplyOptions): Promise<number> {
  return withContext(shell, (context) =>
    withDatabase(context, async (database) => {
      const output = options.output === 'text' ? shell.out : shell.err;
      const isShown = options.output === 'text' || options.yes !== true;
      const onPlan = isShown ? showPlans(output, shell.directory) : () => {};
      const confirm = async (plan: Plan) =>
        hasWork(plan) ? ask(shell, 'Apply these changes?', 'nothing was applied') : true;
      const reconciled = await reconcile(database, {
        cause: 'apply',
        who: shell.who,
        lockTimeoutMs: options.lockTimeout,
        ...lookOptions(options),
        ...(options.skipTests === true ? { skipTests: true } : {}),
        onPlan,
        ...(options.yes === true ? {} : { confirm }),
      });
      return writeResult(shell, options.output, reconciled);
    }),
  );
}

/** Made twice, the second time under the lock: only another plan is worth showing again. */
export function showPlans(output: Output, base: string): (plan: Plan) => void {
  let shown = '';
  return (plan) => {
    const text = renderPlan(output, plan, base);
    if (text === shown) return;
    shown = text;
    output.write(text);
  };
}

/** The result of a run on standard output. @returns the exit code of it */
export async function writeResult(shell: Shell, output: DataFormat, { plan, result }: Reconciled): Promise<number> {
  const { out } = shell;
  if (result === null) {
    shell.err.write('Nothing was applied.\n');
    return exitCodeOfRefusal(plan);
  }
  const data = { formatVersion: 1, plan: renderPlanJson(plan), result: renderResultJson(result) };
  await writeData(out, output, data, () =>
    renderResultText(result, {
      color: out.color,
      width: textWidth(out),
      ...terminalColumns(out),
      base: shell.directory,
    }),
  );
  return exitCodeOfRun(result, shell.signal.aborted);
}

/** Empty where the plan holds nothing that the result does not say. */
function renderPlan(output: Output, plan: Plan, base: string): string {
  if (plan.changes.length === 0 && plan.unreadable.length === 0) return '';
  return `${renderPlanText(plan, { color: output.color, width: textWidth(output), ...terminalColumns(output), base })}\n`;
}

/** A person is asked about changes, not about the record of what they switched themselves. */
function hasWork(plan: Plan): boolean {
  return plan.changes.some(({ blocks }) => blocks.length === 0);
}
