import { type PackListOptions, packList } from '../../commands/pack-list.ts';
import { renderPackListJson, renderPackListText } from '../../commands/render-pack-list.ts';
import { exitCodes } from '../exit-code.ts';
import { withContext, withDatabase } from '../open-context.ts';
import type { Shell } from '../shell.ts';
import { type DataFormat, writeData } from '../write-data.ts';

/** Needs SELECT only. @returns the exit code: ok, however many packs there are */
export function packListVerb(shell: Shell, options: PackListOptions & { output: DataFormat }): Promise<number> {
  return withContext(shell, (context) =>
    withDatabase(context, async (database) => {
      const packs = await packList(database, options);
      await writeData(shell.out, options.output, renderPackListJson(packs), () => renderPackListText(packs, shell.out));
      return exitCodes.ok;
    }),
  );
}
