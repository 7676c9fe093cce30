import type { DatabaseContext } from '../../context.ts';
import type { Writer } from '../../database/database.ts';
import { problemsOf } from '../../errors.ts';
import { renewNotes } from '../../store/check-files.ts';
import { sweepHistory } from './sweep-history.ts';
import { sweepLogs } from './sweep-logs.ts';
import { sweepStore } from './sweep-store.ts';

interface Version {
  readonly ref: string;
  readonly version: string;
  readonly digest: string;
}

/**
 * Tidies up at the end of a run that wrote something, still under its lock: superseded versions, old history, and notes
 * of files that were copied. None of it is worth failing a run for.
 *
 * @param installed of this manager
 */
export async function sweepAfterRun(
  context: DatabaseContext,
  writer: Writer,
  installed: readonly Version[],
): Promise<void> {
  const { config, log } = context;
  const steps: readonly (readonly [string, () => Promise<void>])[] = [
    ['The pack store could not be swept', () => sweepAndTell(context, writer)],
    [
      'Old history could not be deleted',
      async () => {
        const { keepMs } = config.history;
        const count = await writer.transaction((transaction) => sweepHistory(transaction, config.name, keepMs));
        if (count > 0) log.debug(`Deleted ${count} runs from history.`);
      },
    ],
    ['Old logs could not be deleted', () => sweepLogs(context)],
    ['Files could not be noted anew', () => renewNotes(config.packStore.directory, installed)],
  ];
  for (const [failure, step] of steps) {
    await step().catch((error: unknown) => {
      const said = problemsOf(error).map(({ message }) => message.replaceAll(/\s+/g, ' '));
      log.warn(`${failure}: ${said.join('; ')}`);
    });
  }
}

/** Sweeps, and says in the log what went. */
export async function sweepAndTell(context: DatabaseContext, writer: Writer): Promise<void> {
  const { swept, neverInstalled, environments } = await sweepStore(context, writer);
  const gone = [...neverInstalled, ...environments].filter(({ goes }) => goes);
  const paths = [...swept, ...gone].map(({ path }) => path);
  if (paths.length === 0) return;
  const shown = `${paths.slice(0, 10).join(', ')}${paths.length > 10 ? ` and ${paths.length - 10} more` : ''}`;
  context.log.info(`Deleted what nobody needs any more from the pack store: ${shown}.`, { paths });
}
