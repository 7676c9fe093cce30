import type { DatabaseContext } from '../../context.ts';
import { syncSchemaVersion } from '../../database/migrate.ts';
import { withWriter } from '../../database/writer-lock.ts';
import { checkStore, findMismatch } from '../../store/store-id.ts';
import { planSweep } from './plan-sweep.ts';
import { sweepAndTell } from './sweep-after-run.ts';

/** Another writer may sweep, or be about to: it is not waited for long. */
const lockTimeoutMs = 5_000;

/**
 * Sweeps the pack store apart from any run. The lock is taken only where something would go.
 *
 * @throws SyncError `writer-locked`, `store-mismatch`
 */
export async function sweepIdle(context: DatabaseContext, who: string): Promise<void> {
  const { config, database, signal } = context;
  const store = config.packStore.directory;
  if ((await syncSchemaVersion(database)) === null || (await findMismatch(store, database)) !== null) return;
  const { swept, neverInstalled, environments } = await planSweep(context, database.knex, false);
  if (swept.length === 0 && [...neverInstalled, ...environments].every(({ goes }) => !goes)) return;
  await withWriter(database, { holder: `daemon by ${who}`, timeoutMs: lockTimeoutMs, signal }, async (writer) => {
    await checkStore(store, writer);
    await sweepAndTell(context, writer);
  });
}
