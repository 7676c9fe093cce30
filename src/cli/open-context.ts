import { listSecrets } from '../config/list-secrets.ts';
import { loadConfig } from '../config/load-config.ts';
import type { Context, DatabaseContext } from '../context.ts';
import type { Database } from '../database/database.ts';
import { createLogger } from '../logger.ts';
import { renderProblems } from '../problems/render-problems.ts';
import { createProgress } from './create-progress.ts';
import { terminalColumns } from './output.ts';
import { readCredentials } from './read-credentials.ts';
import type { Shell } from './shell.ts';

/** A configuration, and the environment that it was read with. */
export type LoadedConfig = Awaited<ReturnType<typeof loadConfig>> & Pick<Shell, 'environment'>;

/** The configuration that the options name. @throws SyncError with every problem of it. */
export async function loadShellConfig({ options, directory, ...shell }: Shell): Promise<LoadedConfig> {
  const environment = await readCredentials(shell.environment);
  const file = options.config === undefined ? {} : { file: options.config };
  return { ...(await loadConfig({ startDirectory: directory, environment, ...file })), environment };
}

/**
 * Opens what every command works with, in this order: configuration, redactor, logger, progress; and closes it
 * last-in first-out.
 *
 * @param loaded the configuration, where it was read before
 * @throws SyncError with every problem of the configuration.
 */
export async function withContext<T>(
  shell: Shell,
  work: (context: Context) => Promise<T>,
  loaded?: LoadedConfig,
): Promise<T> {
  const { options, err, redactor, signal, directory } = shell;
  const { config, problems, environment } = loaded ?? (await loadShellConfig(shell));
  for (const secret of listSecrets(config)) redactor.know(secret);
  const log = createLogger({
    level: options.logLevel,
    format: options.logFormat,
    redactor,
    color: err.color,
    write: (line) => err.write(line),
  });
  if (problems.length > 0 && options.logFormat === 'text')
    err.write(renderProblems(problems, { color: err.color, base: directory, ...terminalColumns(err) }));
  if (options.logFormat === 'json')
    for (const { severity: _, message, ...fields } of problems) log.warn(message, fields);
  const progress = createProgress({ output: err, log, logFormat: options.logFormat, logLevel: options.logLevel });
  const context: Context = {
    config,
    log,
    redactor,
    progress,
    signal,
    now: () => new Date(),
    environment,
    remoteListeners: new Set(),
  };
  return closeAfter(
    () => work(context),
    async () => progress.close(),
  );
}

/** A context with the database open. The embedded server is started, or joined, where the configuration says so. */
export async function withDatabase<T>(context: Context, work: (context: DatabaseContext) => Promise<T>): Promise<T> {
  const { describeErrors } = await import('../database/describe-errors.ts');
  const database = await openContextDatabase(context);
  return closeAfter(
    () => describeErrors(database, () => work({ ...context, database })),
    () => database.close(),
  );
}

/** The caller closes it. @throws SyncError where it cannot be reached */
export async function openContextDatabase({ config, log, redactor, signal }: Context): Promise<Database> {
  const { openDatabase } = await import('../database/open-database.ts');
  return openDatabase(config.database, { stateDir: config.stateDir, log, redactor, signal });
}

/** Closes in any case. The first error is thrown: what failed to close after a failure says less about it. */
async function closeAfter<T>(work: () => Promise<T>, close: () => Promise<void>): Promise<T> {
  let result: T;
  try {
    result = await work();
  } catch (error) {
    await close().catch(() => undefined);
    throw error;
  }
  await close();
  return result;
}
