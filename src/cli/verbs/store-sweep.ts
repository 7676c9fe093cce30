import { renderSweepJson, renderSweepText } from '../../commands/render-store-sweep.ts';
import { planStoreSweep, storeSweep } from '../../commands/store-sweep.ts';
import { SyncError } from '../../errors.ts';
import type { SweepChoice } from '../../versions/sweep/choose-swept.ts';
import { confirm } from '../confirm.ts';
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
  if (options.dryRun !== true && options.yes !== true && !shell.canAsk) {
    throw new SyncError('cannot-ask', 'There is no terminal to ask on, so nothing was deleted.', {
      hint: 'See what would go with `attune-sync store sweep --dry-run`, then run `attune-sync store sweep --yes`.',
    });
  }
  const text = (choice: SweepChoice, isDone: boolean, color = out.color) =>
    renderSweepText(choice, { isDone, color, width: textWidth(out) });
  return withContext(shell, (context) =>
    withDatabase(context, async (database) => {
      const write = (choice: SweepChoice, isDone: boolean) =>
        writeData(out, options.output, renderSweepJson(choice, isDone), () => text(choice, isDone));
      if (options.dryRun === true) {
        await write(await planStoreSweep(database), false);
        return exitCodes.ok;
      }
      const ask = async (choice: SweepChoice) => {
        if (choice.swept.length === 0) return true;
        err.write(`${text(choice, false, err.color)}\n`);
        return confirm('Delete these versions?', { ...shell, output: err });
      };
      const choice = await storeSweep(database, {
        who: shell.who,
        lockTimeoutMs: options.lockTimeout,
        ...(options.yes === true ? {} : { confirm: ask }),
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
