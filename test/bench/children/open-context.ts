import { dirname } from 'node:path';
import { copyEnvironment } from '../../../src/cli/copy-environment.ts';
import { loadConfig } from '../../../src/config/load-config.ts';
import type { DatabaseContext } from '../../../src/context.ts';
import { openDatabase } from '../../../src/database/open-database.ts';
import { noProgress, type Progress } from '../../../src/progress.ts';
import { createRedactor } from '../../../src/redactor.ts';

/** A context of the configuration in this file, silent. The caller closes its database. */
export async function openContext(
  file: string,
  { progress = noProgress, signal = new AbortController().signal }: { progress?: Progress; signal?: AbortSignal } = {},
): Promise<DatabaseContext> {
  copyEnvironment(process);
  const { config } = await loadConfig({ file, startDirectory: dirname(file), environment: {} });
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  const redactor = createRedactor();
  const database = await openDatabase(config.database, { stateDir: config.stateDir, log, redactor, signal });
  const environment = { PATH: process.env.PATH ?? '' };
  return { config, log, redactor, progress, signal, now: () => new Date(), environment, database };
}
