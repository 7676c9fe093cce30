import { type PackTransfer, packTransfer } from '../../commands/pack-transfer.ts';
import { nameTransfer, renderPackTransferJson, renderPackTransferText } from '../../commands/render-pack-transfer.ts';
import { printable } from '../../text/printable.ts';
import { ask } from '../ask.ts';
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
  const confirm = (transfer: PackTransfer) =>
    ask(shell, `Transfer ${printable(nameTransfer(transfer))}?`, 'nothing was transferred');
  return withContext(shell, (context) =>
    withDatabase(context, async (database) => {
      const transfer = await packTransfer(database, {
        refs,
        to: options.to,
        who: shell.who,
        lockTimeoutMs: options.lockTimeout,
        ...(options.yes === true ? {} : { confirm }),
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
