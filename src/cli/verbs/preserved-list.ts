import { listPreserved } from '../../commands/preserved/list-preserved.ts';
import { renderPreservedJson, renderPreservedListText } from '../../commands/preserved/render-preserved.ts';
import { exitCodes } from '../exit-code.ts';
import { withContext, withDatabase } from '../open-context.ts';
import type { Shell } from '../shell.ts';
import { type DataFormat, writeData } from '../write-data.ts';

/** Needs SELECT only. @returns the exit code: ok, however much is set aside */
export function preservedListVerb(shell: Shell, options: { pack?: string; output: DataFormat }): Promise<number> {
  const { pack } = options;
  return withContext(shell, (context) =>
    withDatabase(context, async (database) => {
      const entries = await listPreserved(database, pack === undefined ? {} : { pack });
      await writeData(shell.out, options.output, renderPreservedJson(entries), () =>
        renderPreservedListText(entries, shell.out),
      );
      return exitCodes.ok;
    }),
  );
}
