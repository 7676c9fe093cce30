import { overrideList } from '../../commands/override-list.ts';
import { renderOverridesJson, renderOverridesText } from '../../commands/render-overrides.ts';
import { exitCodes } from '../exit-code.ts';
import { withContext, withDatabase } from '../open-context.ts';
import { textWidth } from '../output.ts';
import type { Shell } from '../shell.ts';
import { type DataFormat, writeData } from '../write-data.ts';

/** Needs SELECT only. @returns the exit code */
export function overrideListVerb(
  shell: Shell,
  ref: string | undefined,
  options: { readonly output: DataFormat },
): Promise<number> {
  return withContext(shell, (context) =>
    withDatabase(context, async (database) => {
      const overrides = await overrideList(database, ref);
      await writeData(shell.out, options.output, renderOverridesJson(overrides), () =>
        renderOverridesText(overrides, { color: shell.out.color, width: textWidth(shell.out) }),
      );
      return exitCodes.ok;
    }),
  );
}
