import { listRuntimes } from '../../commands/runtimes/list-runtimes.ts';
import { placeUsers } from '../../commands/runtimes/place-users.ts';
import { renderRuntimeListJson, renderRuntimeListText } from '../../commands/runtimes/render-runtime-list.ts';
import { exitCodes } from '../exit-code.ts';
import { withContext, withDatabase } from '../open-context.ts';
import { textWidth } from '../output.ts';
import type { Shell } from '../shell.ts';
import { type DataFormat, writeData } from '../write-data.ts';

/** Needs SELECT only. @returns the exit code: ok, whatever is not available */
export function runtimesListVerb(shell: Shell, options: { output: DataFormat }): Promise<number> {
  const { out } = shell;
  return withContext(shell, (context) =>
    withDatabase(context, async (database) => {
      const list = await placeUsers(database, await listRuntimes(database));
      await writeData(out, options.output, renderRuntimeListJson(list), () =>
        renderRuntimeListText(list, { color: out.color, width: textWidth(out) }),
      );
      return exitCodes.ok;
    }),
  );
}
