import { readLocalDocuments } from '../../commands/read-local-documents.ts';
import { renderTreeJson, renderTreeText } from '../../commands/tree/render-tree.ts';
import { tree } from '../../commands/tree/tree.ts';
import { exitCodes } from '../exit-code.ts';
import { withContext, withDatabase } from '../open-context.ts';
import type { Shell } from '../shell.ts';
import { showsUnicode } from '../shows-unicode.ts';
import { type DataFormat, writeData } from '../write-data.ts';

interface TreeVerbOptions {
  readonly packs?: boolean;
  readonly output: DataFormat;
}

/** Needs SELECT only and asks no remote. @returns the exit code. @throws SyncError `unknown-pack` */
export function treeVerb(shell: Shell, ref: string | undefined, options: TreeVerbOptions): Promise<number> {
  return withContext(shell, (context) =>
    withDatabase(context, async (database) => {
      const local = await readLocalDocuments(context);
      const found = await tree(database, { ...local, ...(ref === undefined ? {} : { ref }) });
      await writeData(shell.out, options.output, renderTreeJson(found), () =>
        renderTreeText(found, {
          color: shell.out.color,
          unicode: showsUnicode(shell.environment),
          packsOnly: options.packs === true,
        }),
      );
      return exitCodes.ok;
    }),
  );
}
