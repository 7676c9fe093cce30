import { hostname, userInfo } from 'node:os';
import type { DatabaseContext } from '../context.ts';
import { createAttuneTables } from '../database/create-attune-tables.ts';
import { inspectAttune } from '../database/inspect-attune.ts';
import { migrateSync, migrationStatus } from '../database/migrate.ts';
import { withWriter } from '../database/writer-lock.ts';

export interface MigrateOptions {
  /** Only report what is applied and what is pending. */
  readonly status?: boolean;
  /** Also create Attune's own tables, in a schema without tables. */
  readonly createAttuneTables?: boolean;
  /** How long to wait for another writer; 30 s where not given. */
  readonly lockTimeoutMs?: number;
}

export interface MigrateReport {
  /** Migrations of `attune_sync` that were applied before. */
  readonly applied: readonly string[];
  /** Those this call applied; with `status`, none. */
  readonly migrated: readonly string[];
  /** Those that are still to be applied. */
  readonly pending: readonly string[];
  /** The migrations that created Attune's tables, where this call did. */
  readonly attuneTables: readonly string[];
}

/**
 * Brings the tables of this tool up to date under the writer lock, or reports their state.
 * @throws SyncError those of `inspectAttune`: in a database that is not one of Attune nothing is made, unless its tables
 * are to be created
 */
export async function migrate(context: DatabaseContext, options: MigrateOptions = {}): Promise<MigrateReport> {
  const { database } = context;
  const { applied, pending } = await migrationStatus(database);
  const isToCreate = options.createAttuneTables === true && options.status !== true;
  const attuneTables = isToCreate ? await createAttuneTables(database) : [];
  await inspectAttune(database);
  if (options.status === true) return { applied, migrated: [], pending, attuneTables };
  if (pending.length === 0) return { applied, migrated: [], pending, attuneTables };
  const migrated = await withWriter(
    database,
    {
      holder: `migrate by ${userName()} on ${hostname()}`,
      timeoutMs: options.lockTimeoutMs ?? 30_000,
      signal: context.signal,
      onWait: (holder) => context.log.info(`Waiting for the writer lock, held by ${holder}.`),
    },
    (writer) => migrateSync(database, writer),
  );
  return { applied, migrated, pending: [], attuneTables };
}

/** A user id without an entry in the system's list has no name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'an unnamed user';
  }
}
