import { type PackTransfer, packTransfer } from '../../commands/pack-transfer.ts';
import { nameTransfer, renderPackTransferJson, renderPackTransferText } from '../../commands/render-pack-transfer.ts';
import { SyncError } from '../../errors.ts';
import { printable } from '../../text/printable.ts';
import { confirm } from '../confirm.ts';
import { exitCodes } from '../exit-code.ts';
import { withContext, withDatabase } from '../open-context.ts';
import { textWidth } from '../output.ts';
import type { Shell } from '../shell.ts';
import { type DataFormat, writeData } from '../write-data.ts';

interface PackTransferVerbOptions {
  readonly to: string;
  readonly yes?: boolean;
  /** Milliseconds. */
  readonly lockTimeout: number;
  readonly output: DataFormat;
}

/** @returns the exit code: blocked where a person said no */
export async function packTransferVerb(
  shell: Shell,
  refs: readonly string[],
  options: PackTransferVerbOptions,
): Promise<number> {
  if (options.yes !== true && !shell.canAsk) {
    throw new SyncError('cannot-ask', 'There is no terminal to ask on, so nothing was transferred.', {
      hint: 'Add --yes.',
    });
  }
  const ask = (transfer: PackTransfer) =>
    confirm(`Transfer ${printable(nameTransfer(transfer))}?`, { ...shell, output: shell.err });
  return withContext(shell, (context) =>
    withDatabase(context, async (database) => {
      const transfer = await packTransfer(database, {
        refs,
        to: options.to,
        who: shell.who,
        lockTimeoutMs: options.lockTimeout,
        ...(options.yes === true ? {} : { confirm: ask }),
      });
      if (transfer === null) {
        shell.err.write('Nothing was transferred.\n');
        return exitCodes.blocked;
      }
      await writeData(shell.out, options.output, renderPackTransferJson(transfer), () =>
        renderPackTransferText(transfer, { width: textWidth(shell.out) }),
      );
      return exitCodes.ok;
    }),
  );
}
