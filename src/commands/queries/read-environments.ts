import type { Actual } from '../../actual/actual.ts';
import { loadRuntimes } from '../../actual/load-runtimes.ts';
import type { DatabaseContext } from '../../context.ts';
import { type InstalledEnvironment, listInstalled } from '../../environments/facts/list-installed.ts';
import { interpreterInside } from '../../environments/interpreter-inside.ts';
import { configOf } from '../../plan/environments/list-candidates.ts';
import { findCurrent } from '../../store/find-current.ts';
import type { InstalledPackRow } from './read-installed-packs.ts';

/** An environment with how long it stands. */
export interface EnvironmentRow extends InstalledEnvironment {
  /** Null where it is not known. */
  readonly ageMs: number | null;
}

/**
 * The environments that installed packs are led to, by pack; those that have none are left out. Nothing is run.
 *
 * @param missing what this Attune lacks
 */
export async function readEnvironments(
  context: Pick<DatabaseContext, 'config' | 'database' | 'now'>,
  packs: readonly Pick<InstalledPackRow, 'ref' | 'version'>[],
  missing: Actual['missing'],
): Promise<ReadonlyMap<string, readonly EnvironmentRow[]>> {
  const store = context.config.packStore.directory;
  const found = new Map<string, readonly EnvironmentRow[]>();
  let runtimes: Actual['runtimes'] | undefined;
  for (const { ref, version } of packs) {
    const current = await findCurrent(store, ref, version);
    if (current === null || !current.isOurs) continue;
    runtimes = runtimes ?? (await loadRuntimes(context.database.knex, missing));
    const known = runtimes;
    const environments = listInstalled(store, current.directory, (name, number) => {
      const runtime = known.get(name);
      return runtime === undefined ? null : interpreterInside(configOf(runtime, number).config);
    });
    if (environments.length > 0)
      found.set(
        ref,
        environments.map((one) => ({ ...one, ageMs: ageOf(one, context.now()) })),
      );
  }
  return found;
}

function ageOf({ builtAt }: InstalledEnvironment, now: Date): number | null {
  const built = builtAt === null ? Number.NaN : Date.parse(builtAt);
  return Number.isNaN(built) ? null : Math.max(0, now.getTime() - built);
}
