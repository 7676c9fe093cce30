import { renderPreservedShowJson, renderPreservedShowText } from '../../commands/preserved/render-preserved.ts';
import { showPreserved } from '../../commands/preserved/show-preserved.ts';
import { exitCodes } from '../exit-code.ts';
import { withContext, withDatabase } from '../open-context.ts';
import type { Shell } from '../shell.ts';
import { type DataFormat, writeData } from '../write-data.ts';

/** Needs SELECT only. @returns the exit code */
export function preservedShowVerb(shell: Shell, id: string, options: { output: DataFormat }): Promise<number> {
  return withContext(shell, (context) =>
    withDatabase(context, async (database) => {
      const entry = await showPreserved(database, id);
      await writeData(shell.out, options.output, renderPreservedShowJson(entry), () => renderPreservedShowText(entry));
      return exitCodes.ok;
    }),
  );
}
