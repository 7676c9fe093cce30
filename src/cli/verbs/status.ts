import { readLocalDocuments } from '../../commands/read-local-documents.ts';
import { renderStatusJson, renderStatusText } from '../../commands/render-status.ts';
import { status } from '../../commands/status.ts';
import { exitCodes } from '../exit-code.ts';
import { withContext, withDatabase } from '../open-context.ts';
import { terminalColumns } from '../output.ts';
import type { Shell } from '../shell.ts';
import { type DataFormat, writeData } from '../write-data.ts';

/** Needs SELECT only and asks no remote. @returns the exit code: ok whatever state the packs are in, for it was told */
export function statusVerb(shell: Shell, ref: string | undefined, options: { output: DataFormat }): Promise<number> {
  return withContext(shell, (context) =>
    withDatabase(context, async (database) => {
      const local = await readLocalDocuments(context);
      const found = await status(database, { ...local, asker: shell.who, ...(ref === undefined ? {} : { ref }) });
      await writeData(shell.out, options.output, renderStatusJson(found), () =>
        renderStatusText(found, { ...shell.out, ...terminalColumns(shell.out), base: shell.directory }),
      );
      return exitCodes.ok;
    }),
  );
}
