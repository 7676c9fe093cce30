import { resolve } from 'node:path';
import { savePlan } from '../../commands/save-plan.ts';
import { look } from '../../look.ts';
import type { Plan } from '../../plan/plan.ts';
import { renderPlanJson } from '../../plan/render/render-plan-json.ts';
import { renderPlanMarkdown } from '../../plan/render/render-plan-markdown.ts';
import { renderPlanText } from '../../plan/render/render-plan-text.ts';
import { exitCodeOfPlan } from '../exit-code.ts';
import { lookOptions } from '../look-options.ts';
import { withContext, withDatabase } from '../open-context.ts';
import { terminalColumns, textWidth } from '../output.ts';
import type { Shell } from '../shell.ts';
import { type DataFormat, writeData } from '../write-data.ts';

interface PlanOptions {
  readonly target?: readonly string[];
  readonly reinstall?: readonly string[];
  readonly skipDeps?: boolean;
  readonly despiteWindow?: string;
  readonly detailedExitcode?: boolean;
  /** Save it there, for `apply FILE`. */
  readonly out?: string;
  /** The pack store is on another machine. */
  readonly withoutStore?: boolean;
  readonly output: DataFormat | 'markdown' | 'md';
}

/** Needs SELECT only, and writes nothing but caches and what `--out` names. @returns the exit code of the plan */
export function planVerb(shell: Shell, options: PlanOptions): Promise<number> {
  return withContext(shell, (context) =>
    withDatabase(context, async (database) => {
      const chosen = lookOptions(options);
      const found = await look(database, {
        ...chosen,
        ...(options.out === undefined ? {} : { bind: { keyed: true } }),
        withoutStore: options.withoutStore === true,
      });
      const { plan } = found;
      if (options.out !== undefined) {
        const file = resolve(shell.directory, options.out);
        await savePlan(database, found, { file, version: shell.version, who: shell.who, options: chosen });
      }
      await writePlan(shell, plan, options.output);
      if (options.out !== undefined) {
        shell.err.write(`Saved: attune-sync apply ${options.out} applies exactly this plan.\n`);
      }
      return exitCodeOfPlan(plan, options.detailedExitcode === true);
    }),
  );
}

async function writePlan({ out, directory }: Shell, plan: Plan, output: PlanOptions['output']): Promise<void> {
  if (output === 'markdown' || output === 'md') return out.write(renderPlanMarkdown(plan, { base: directory }));
  await writeData(out, output, renderPlanJson(plan), () =>
    renderPlanText(plan, { color: out.color, width: textWidth(out), ...terminalColumns(out), base: directory }),
  );
}
