import { renderRestartsJson, sayRestart } from '../../commands/sensors/render-restarts.ts';
import { sensorsRestarted } from '../../commands/sensors/sensors-restarted.ts';
import { exitCodes } from '../exit-code.ts';
import { withContext, withDatabase } from '../open-context.ts';
import type { Shell } from '../shell.ts';
import { type DataFormat, writeData } from '../write-data.ts';

interface SensorsRestartedVerbOptions {
  /** Milliseconds. */
  readonly lockTimeout: number;
  readonly output: DataFormat;
}

export async function sensorsRestartedVerb(
  shell: Shell,
  refs: readonly string[],
  options: SensorsRestartedVerbOptions,
): Promise<number> {
  return withContext(shell, (context) =>
    withDatabase(context, async (database) => {
      const done = await sensorsRestarted(database, { refs, who: shell.who, lockTimeoutMs: options.lockTimeout });
      const data = { formatVersion: 1, restarted: renderRestartsJson(done) };
      await writeData(shell.out, options.output, data, () =>
        done.length === 0
          ? 'No sensor waits for a restart.\n'
          : `${done.map((row) => `- ${sayRestart(row)}\n`).join('')}From now on they count as restarted.\n`,
      );
      return exitCodes.ok;
    }),
  );
}
