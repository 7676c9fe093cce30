import type { Database } from '../../database/database.ts';
import { inspectAttune } from '../../database/inspect-attune.ts';
import { syncSchemaVersion } from '../../database/migrate.ts';

/**
 * False before the first `apply`: nothing was ever recorded in this database.
 * @throws SyncError where the database is none that this program knows, as planning does
 */
export async function hasSyncTables(database: Database): Promise<boolean> {
  await inspectAttune(database);
  return (await syncSchemaVersion(database)) !== null;
}
