import type { Database } from './database.ts';
import { describeError } from './describe-error.ts';
import { describePlace } from './describe-place.ts';

/** Does what reads a database, with every error of it as a SyncError. */
export async function describeErrors<T>({ connection }: Database, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw describeError(error, describePlace(connection));
  }
}
