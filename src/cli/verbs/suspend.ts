import { suspend } from '../../commands/suspend.ts';
import { renderSuspensionsJson, renderSuspensionsText } from '../../commands/suspensions/render-suspensions.ts';
import { exitCodes } from '../exit-code.ts';
import { withContext, withDatabase } from '../open-context.ts';
import type { Until } from '../parse-until.ts';
import type { Shell } from '../shell.ts';
import { type DataFormat, writeData } from '../write-data.ts';

interface SuspendVerbOptions {
  readonly reason: string;
  readonly until?: Until;
  /** Milliseconds. */
  readonly lockTimeout: number;
  readonly output: DataFormat;
}

/** Asks nothing: it only keeps things as they are. Shows all that is suspended by command. @returns the exit code */
export function suspendVerb(shell: Shell, refs: readonly string[], options: SuspendVerbOptions): Promise<number> {
  const { reason, until, lockTimeout: lockTimeoutMs } = options;
  return withContext(shell, (context) =>
    withDatabase(context, async (database) => {
      const suspended = await suspend(database, {
        refs,
        reason,
        who: shell.who,
        lockTimeoutMs,
        ...(until === undefined
          ? {}
          : { until: 'at' in until ? until.at : new Date(context.now().getTime() + until.inMs) }),
      });
      await writeData(shell.out, options.output, renderSuspensionsJson(suspended), () =>
        renderSuspensionsText(suspended),
      );
      return exitCodes.ok;
    }),
  );
}
