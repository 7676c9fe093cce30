import { dropPreserved } from '../../commands/preserved/drop-preserved.ts';
import { namePreserved } from '../../commands/preserved/name-preserved.ts';
import type { PreservedEntry } from '../../commands/preserved/read-preserved.ts';
import { renderDroppedText, renderPreservedJson } from '../../commands/preserved/render-preserved.ts';
import { countOf } from '../../plan/render/render-summary.ts';
import { printable } from '../../text/printable.ts';
import { ask } from '../ask.ts';
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
  const confirm = (rows: readonly PreservedEntry[]) => {
    shell.err.write(rows.map((row) => `- ${printable(`${namePreserved(row)} (${row.id})`)}\n`).join(''));
    return ask(shell, `Drop ${countOf(rows.length, 'row')} for good?`, 'nothing was dropped');
  };
  return withContext(shell, (context) =>
    withDatabase(context, async (database) => {
      const dropped = await dropPreserved(database, {
        ids,
        who: shell.who,
        lockTimeoutMs: options.lockTimeout,
        ...(options.yes === true ? {} : { confirm }),
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
