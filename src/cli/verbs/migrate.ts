import { migrate } from '../../commands/migrate.ts';
import { renderMigrateText } from '../../commands/render-migrate.ts';
import { exitCodes } from '../exit-code.ts';
import { withContext, withDatabase } from '../open-context.ts';
import type { Shell } from '../shell.ts';
import { type DataFormat, writeData } from '../write-data.ts';

interface MigrateVerbOptions {
  readonly status?: boolean;
  readonly createAttuneTables?: boolean;
  /** Milliseconds. */
  readonly lockTimeout: number;
  readonly output: DataFormat;
}

/** Takes the writer lock only where something is pending. @returns the exit code */
export function migrateVerb(shell: Shell, options: MigrateVerbOptions): Promise<number> {
  const { lockTimeout: lockTimeoutMs, status = false, createAttuneTables = false } = options;
  return withContext(shell, (context) =>
    withDatabase(context, async (database) => {
      const report = await migrate(database, { status, createAttuneTables, lockTimeoutMs });
      await writeData(shell.out, options.output, { formatVersion: 1, ...report }, () => renderMigrateText(report));
      return exitCodes.ok;
    }),
  );
}
