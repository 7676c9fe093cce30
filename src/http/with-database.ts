import type { Context, DatabaseContext } from '../context.ts';
import type { DaemonView } from '../daemon/daemon-view.ts';
import { describeErrors } from '../database/describe-errors.ts';
import { noProgress } from '../progress.ts';

/** Works with the daemon's own database. @throws SyncError where it cannot be reached, and what `work` throws */
export async function withDatabase<T>(view: DaemonView, work: (context: DatabaseContext) => Promise<T>): Promise<T> {
  const database = await view.database.get();
  return describeErrors(database, () => work({ ...quietContext(view.context), database }));
}

/** For what reads as verbs do: the daemon says in its log what it finds, and not again for everybody who asks. */
export function quietContext(context: Context): Context {
  const { debug } = context.log;
  return { ...context, log: { debug, info: debug, warn: debug, error: debug }, progress: noProgress };
}
