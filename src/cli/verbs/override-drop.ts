import { overrideDrop } from '../../commands/override-drop.ts';
import type { OverrideEntry } from '../../commands/queries/find-overrides.ts';
import { nameOverride, renderOverridesJson } from '../../commands/render-overrides.ts';
import { countOf } from '../../plan/render/render-summary.ts';
import { printable } from '../../text/printable.ts';
import { ask } from '../ask.ts';
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
  const confirm = (overrides: readonly OverrideEntry[]) => {
    shell.err.write(overrides.map((override) => `- ${printable(nameOverride(override))}\n`).join(''));
    return ask(shell, `Drop ${countOf(overrides.length, 'override')}?`, 'nothing was dropped');
  };
  return withContext(shell, (context) =>
    withDatabase(context, async (database) => {
      const dropped = await overrideDrop(database, {
        ref,
        ...(field === undefined ? {} : { field }),
        who: shell.who,
        lockTimeoutMs: options.lockTimeout,
        ...(options.yes === true ? {} : { confirm }),
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
