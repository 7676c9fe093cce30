import { packShow } from '../../commands/pack-show.ts';
import { readLocalDocuments } from '../../commands/read-local-documents.ts';
import { renderPackShowJson, renderPackShowText } from '../../commands/render-pack-show.ts';
import { exitCodes } from '../exit-code.ts';
import { withContext, withDatabase } from '../open-context.ts';
import type { Shell } from '../shell.ts';
import { type DataFormat, writeData } from '../write-data.ts';

/** Needs SELECT only. @returns the exit code. @throws SyncError `unknown-pack`, `not-installed` */
export function packShowVerb(shell: Shell, ref: string, options: { output: DataFormat }): Promise<number> {
  return withContext(shell, (context) =>
    withDatabase(context, async (database) => {
      const details = await packShow(database, ref, async () => {
        const { documents, mentioned } = await readLocalDocuments(context);
        return [...documents.map((document) => document.ref), ...mentioned];
      });
      await writeData(shell.out, options.output, renderPackShowJson(details), () =>
        renderPackShowText(details, shell.out),
      );
      return exitCodes.ok;
    }),
  );
}
