import type { DatabaseContext } from '../context.ts';
import { findOverrides, type OverrideEntry } from './queries/find-overrides.ts';
import { hasSyncTables } from './queries/has-sync-tables.ts';

/**
 * What people set, in the packs of this manager and in those that no inventory has any more. Reads only.
 *
 * @param ref of a pack or a component; undefined: everything
 * @throws SyncError those of `inspectAttune`
 */
export async function overrideList(context: DatabaseContext, ref?: string): Promise<readonly OverrideEntry[]> {
  const { config, database } = context;
  if (!(await hasSyncTables(database))) return [];
  const found = await findOverrides(database.knex, ref === undefined ? {} : { ref });
  return found.filter(({ manager }) => manager === null || manager === config.name);
}
