import { renderSweepJson, renderSweepText } from '../../commands/render-store-sweep.ts';
import { planStoreSweep, storeSweep } from '../../commands/store-sweep.ts';
import type { Sweep } from '../../versions/sweep/plan-sweep.ts';
import { ask } from '../ask.ts';
import { exitCodes } from '../exit-code.ts';
import { withContext, withDatabase } from '../open-context.ts';
import { textWidth } from '../output.ts';
import type { Shell } from '../shell.ts';
import { type DataFormat, writeData } from '../write-data.ts';

interface StoreSweepVerbOptions {
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  /** Milliseconds. */
  readonly lockTimeout: number;
  readonly output: DataFormat;
}

/** Shows what would go, asks, and deletes it. @returns the exit code: blocked where the answer was no */
export async function storeSweepVerb(shell: Shell, options: StoreSweepVerbOptions): Promise<number> {
  const { out, err } = shell;
  const text = (choice: Sweep, isDone: boolean, color = out.color) =>
    renderSweepText(choice, { isDone, color, width: textWidth(out) });
  return withContext(shell, (context) =>
    withDatabase(context, async (database) => {
      const write = (choice: Sweep, isDone: boolean) =>
        writeData(out, options.output, renderSweepJson(choice, isDone), () => text(choice, isDone));
      if (options.dryRun === true) {
        await write(await planStoreSweep(database), false);
        return exitCodes.ok;
      }
      const confirm = async (choice: Sweep) => {
        if (choice.swept.length === 0 && choice.environments.every(({ goes }) => !goes)) return true;
        err.write(`${text(choice, false, err.color)}\n`);
        return ask(shell, 'Delete them?', 'nothing was deleted');
      };
      const choice = await storeSweep(database, {
        who: shell.who,
        lockTimeoutMs: options.lockTimeout,
        ...(options.yes === true ? {} : { confirm }),
      });
      if (choice === null) {
        err.write('Nothing was deleted.\n');
        return exitCodes.blocked;
      }
      await write(choice, true);
      return exitCodes.ok;
    }),
  );
}
