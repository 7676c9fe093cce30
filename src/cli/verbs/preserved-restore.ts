import { renderPreservedJson, renderRestoredText } from '../../commands/preserved/render-preserved.ts';
import { restorePreserved } from '../../commands/preserved/restore-preserved.ts';
import { SyncError } from '../../errors.ts';
import { exitCodes } from '../exit-code.ts';
import { withContext, withDatabase } from '../open-context.ts';
import type { Shell } from '../shell.ts';
import { type DataFormat, writeData } from '../write-data.ts';

interface PreservedRestoreVerbOptions {
  readonly pack?: string;
  /** Milliseconds. */
  readonly lockTimeout: number;
  readonly output: DataFormat;
}

/** Asks nothing, because it overwrites nothing. @returns the exit code: blocked where a row stays set aside */
export async function preservedRestoreVerb(
  shell: Shell,
  ids: readonly string[],
  { pack, lockTimeout, output }: PreservedRestoreVerbOptions,
): Promise<number> {
  if ((ids.length === 0) === (pack === undefined)) {
    throw new SyncError('nothing-named', 'Name either the ids of rows, or a pack with --pack.', {
      hint: '`attune-sync preserved list` shows what is set aside, with the ids.',
    });
  }
  return withContext(shell, (context) =>
    withDatabase(context, async (database) => {
      const entries = await restorePreserved(database, {
        ...(pack === undefined ? { ids } : { pack }),
        who: shell.who,
        lockTimeoutMs: lockTimeout,
      });
      await writeData(shell.out, output, renderPreservedJson(entries), () => renderRestoredText(entries));
      return entries.every(({ restored }) => restored) ? exitCodes.ok : exitCodes.blocked;
    }),
  );
}
