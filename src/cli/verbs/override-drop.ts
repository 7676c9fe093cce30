import { overrideDrop } from '../../commands/override-drop.ts';
import type { OverrideEntry } from '../../commands/queries/find-overrides.ts';
import { nameOverride, renderOverridesJson } from '../../commands/render-overrides.ts';
import { SyncError } from '../../errors.ts';
import { countOf } from '../../plan/render/render-summary.ts';
import { printable } from '../../text/printable.ts';
import { confirm } from '../confirm.ts';
import { exitCodes } from '../exit-code.ts';
import { withContext, withDatabase } from '../open-context.ts';
import type { Shell } from '../shell.ts';
import { type DataFormat, writeData } from '../write-data.ts';

interface OverrideDropVerbOptions {
  readonly yes?: boolean;
  /** Milliseconds. */
  readonly lockTimeout: number;
  readonly output: DataFormat;
}

/** @returns the exit code: blocked where a person said no */
export async function overrideDropVerb(
  shell: Shell,
  ref: string,
  field: string | undefined,
  options: OverrideDropVerbOptions,
): Promise<number> {
  if (options.yes !== true && !shell.canAsk) {
    throw new SyncError('cannot-ask', 'There is no terminal to ask on, so nothing was dropped.', {
      hint: 'Look at it with `attune-sync override list`, then add --yes.',
    });
  }
  const ask = (overrides: readonly OverrideEntry[]) => {
    shell.err.write(overrides.map((override) => `- ${printable(nameOverride(override))}\n`).join(''));
    return confirm(`Drop ${countOf(overrides.length, 'override')}?`, { ...shell, output: shell.err });
  };
  return withContext(shell, (context) =>
    withDatabase(context, async (database) => {
      const dropped = await overrideDrop(database, {
        ref,
        ...(field === undefined ? {} : { field }),
        who: shell.who,
        lockTimeoutMs: options.lockTimeout,
        ...(options.yes === true ? {} : { confirm: ask }),
      });
      if (dropped === null) {
        shell.err.write('Nothing was dropped.\n');
        return exitCodes.blocked;
      }
      await writeData(shell.out, options.output, renderOverridesJson(dropped), () => {
        const lines = dropped.map((override) => `- ${printable(nameOverride(override))}\n`).join('');
        return `${lines}Dropped ${countOf(dropped.length, 'override')}. The next apply sets what the pack says there.\n`;
      });
      return exitCodes.ok;
    }),
  );
}
