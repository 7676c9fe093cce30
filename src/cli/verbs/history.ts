import { history } from '../../commands/history.ts';
import { renderHistoryJson, renderHistoryText } from '../../commands/render-history.ts';
import { exitCodes } from '../exit-code.ts';
import { withContext, withDatabase } from '../open-context.ts';
import type { Since } from '../parse-since.ts';
import type { Shell } from '../shell.ts';
import { type DataFormat, writeData } from '../write-data.ts';

interface HistoryVerbOptions {
  readonly limit: number;
  readonly since?: Since;
  readonly output: DataFormat;
}

/** Needs SELECT only. @returns the exit code: ok, whatever was done */
export function historyVerb(shell: Shell, ref: string | undefined, options: HistoryVerbOptions): Promise<number> {
  return withContext(shell, (context) =>
    withDatabase(context, async (database) => {
      const rows = await history(database, {
        limit: options.limit,
        ...(ref === undefined ? {} : { ref }),
        ...(options.since === undefined ? {} : { since: timeOf(options.since, context.now()) }),
      });
      await writeData(shell.out, options.output, renderHistoryJson(rows), () => renderHistoryText(rows, shell.out));
      return exitCodes.ok;
    }),
  );
}

function timeOf(since: Since, now: Date): Date {
  return 'at' in since ? since.at : new Date(now.getTime() - since.agoMs);
}
