import { look } from '../../look.ts';
import { renderPlanJson } from '../../plan/render/render-plan-json.ts';
import { renderPlanText } from '../../plan/render/render-plan-text.ts';
import { exitCodeOfPlan } from '../exit-code.ts';
import { lookOptions } from '../look-options.ts';
import { withContext, withDatabase } from '../open-context.ts';
import { textWidth } from '../output.ts';
import type { Shell } from '../shell.ts';
import { type DataFormat, writeData } from '../write-data.ts';

interface PlanOptions {
  readonly target?: readonly string[];
  readonly reinstall?: readonly string[];
  readonly detailedExitcode?: boolean;
  readonly output: DataFormat;
}

/** Needs SELECT only, and writes nothing but caches. @returns the exit code of the plan */
export function planVerb(shell: Shell, options: PlanOptions): Promise<number> {
  return withContext(shell, (context) =>
    withDatabase(context, async (database) => {
      const { plan } = await look(database, lookOptions(options));
      const { color } = shell.out;
      await writeData(shell.out, options.output, renderPlanJson(plan), () =>
        renderPlanText(plan, { color, width: textWidth(shell.out), base: shell.directory }),
      );
      return exitCodeOfPlan(plan, options.detailedExitcode === true);
    }),
  );
}
