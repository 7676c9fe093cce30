import { dropPreserved } from '../../commands/preserved/drop-preserved.ts';
import { namePreserved } from '../../commands/preserved/name-preserved.ts';
import type { PreservedEntry } from '../../commands/preserved/read-preserved.ts';
import { renderDroppedText, renderPreservedJson } from '../../commands/preserved/render-preserved.ts';
import { SyncError } from '../../errors.ts';
import { countOf } from '../../plan/render/render-summary.ts';
import { printable } from '../../text/printable.ts';
import { confirm } from '../confirm.ts';
import { exitCodes } from '../exit-code.ts';
import { withContext, withDatabase } from '../open-context.ts';
import type { Shell } from '../shell.ts';
import { type DataFormat, writeData } from '../write-data.ts';

interface PreservedDropVerbOptions {
  readonly yes?: boolean;
  /** Milliseconds. */
  readonly lockTimeout: number;
  readonly output: DataFormat;
}

/** @returns the exit code: blocked where a person said no */
export async function preservedDropVerb(
  shell: Shell,
  ids: readonly string[],
  options: PreservedDropVerbOptions,
): Promise<number> {
  if (options.yes !== true && !shell.canAsk) {
    throw new SyncError('cannot-ask', 'There is no terminal to ask on, so nothing was dropped.', {
      hint: 'Look at it with `attune-sync preserved show`, then add --yes.',
    });
  }
  const ask = (rows: readonly PreservedEntry[]) => {
    shell.err.write(rows.map((row) => printable(`- ${namePreserved(row)} (${row.id})`)).join('\n'));
    return confirm(`\nDrop ${countOf(rows.length, 'row')} for good?`, { ...shell, output: shell.err });
  };
  return withContext(shell, (context) =>
    withDatabase(context, async (database) => {
      const dropped = await dropPreserved(database, {
        ids,
        who: shell.who,
        lockTimeoutMs: options.lockTimeout,
        ...(options.yes === true ? {} : { confirm: ask }),
      });
      if (dropped === null) {
        shell.err.write('Nothing was dropped.\n');
        return exitCodes.blocked;
      }
      await writeData(shell.out, options.output, renderPreservedJson(dropped), () => renderDroppedText(dropped));
      return exitCodes.ok;
    }),
  );
}
