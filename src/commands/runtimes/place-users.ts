import type { DatabaseContext } from '../../context.ts';
import { inspectAttune } from '../../database/inspect-attune.ts';
import { hasSyncTables } from '../queries/has-sync-tables.ts';
import { readEnvironments } from '../queries/read-environments.ts';
import { readInstalledPacks } from '../queries/read-installed-packs.ts';
import type { RuntimeList } from './list-runtimes.ts';

/**
 * The same with the packs that run in each version, as far as the environments that they are led to tell: of what needs
 * none, or is built elsewhere, that is not known.
 *
 * @throws SyncError those of `inspectAttune`
 */
export async function placeUsers(context: DatabaseContext, list: RuntimeList): Promise<RuntimeList> {
  const using = new Set(list.runtimes.flatMap(({ usedBy, versions }) => (versions.length === 0 ? [] : usedBy)));
  if (using.size === 0) return list;
  const { missing } = await inspectAttune(context.database);
  const recorded = await hasSyncTables(context.database);
  const packs = await readInstalledPacks(context.database.knex, { recorded });
  const environments = await readEnvironments(
    context,
    packs.filter(({ ref }) => using.has(ref)),
    missing,
  );
  const runs = (ref: string, runtime: string, version: string) =>
    environments.get(ref)?.some((one) => one.runtime === runtime && one.version === version) === true;
  const runtimes = list.runtimes.map((runtime) => ({
    ...runtime,
    versions: runtime.versions.map((one) => ({
      ...one,
      usedBy: runtime.usedBy.filter((ref) => runs(ref, runtime.ref, one.version)),
    })),
  }));
  return { ...list, runtimes };
}
