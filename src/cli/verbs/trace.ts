import { renderTraceJson, renderTraceText } from '../../commands/trace/render-trace.ts';
import { trace } from '../../commands/trace/trace.ts';
import { exitCodes } from '../exit-code.ts';
import { withContext, withDatabase } from '../open-context.ts';
import type { Shell } from '../shell.ts';
import { type DataFormat, writeData } from '../write-data.ts';

/** Needs SELECT only and asks no remote. @returns the exit code. @throws SyncError `unknown-ref`, `not-installed` */
export function traceVerb(shell: Shell, ref: string, options: { output: DataFormat }): Promise<number> {
  return withContext(shell, (context) =>
    withDatabase(context, async (database) => {
      const found = await trace(database, ref);
      await writeData(shell.out, options.output, renderTraceJson(found), () =>
        renderTraceText(found, { ...shell.out, base: shell.directory }),
      );
      return exitCodes.ok;
    }),
  );
}
