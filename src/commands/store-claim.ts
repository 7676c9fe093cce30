import type { DatabaseContext } from '../context.ts';
import { migrateSync } from '../database/migrate.ts';
import { withWriter } from '../database/writer-lock.ts';
import { claimStore } from '../store/store-id.ts';

/** Joins the configured pack store and database under the writer lock; gives the store's directory and new id. */
export async function storeClaim(
  context: DatabaseContext,
  options: { readonly who: string; readonly lockTimeoutMs: number },
): Promise<{ readonly directory: string; readonly id: string }> {
  const { config, database, log, signal } = context;
  const { directory } = config.packStore;
  const onWait = (holder: string) => log.info(`Waiting for the writer lock, held by ${holder}.`);
  const lock = { holder: `store claim by ${options.who}`, timeoutMs: options.lockTimeoutMs, signal, onWait };
  return withWriter(database, lock, async (writer) => {
    await migrateSync(database, writer);
    return { directory, id: await claimStore(directory, writer) };
  });
}
