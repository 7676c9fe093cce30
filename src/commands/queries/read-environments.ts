import { join } from 'node:path';
import type { Actual, RuntimeRow } from '../../actual/actual.ts';
import { loadRuntimes } from '../../actual/load-runtimes.ts';
import type { DatabaseContext } from '../../context.ts';
import { type InstalledEnvironment, listInstalled } from '../../environments/facts/list-installed.ts';
import { interpreterInside } from '../../environments/interpreter-inside.ts';
import { keyOfLink } from '../../environments/paths.ts';
import { configOf, configsOf } from '../../plan/environments/list-candidates.ts';
import { findCurrent } from '../../store/find-current.ts';
import { readLink } from '../../store/read-links.ts';
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
    const isNamed = environments.every((one) => one.runtime !== null);
    const used = isNamed ? [] : await readUsed(context.database, ref);
    const workers = isNamed ? undefined : context.config.environments.directory;
    const runtimesOfPack = used.flatMap((name) => known.get(name) ?? []);
    if (environments.length > 0)
      found.set(
        ref,
        environments.map((one) => ({
          ...nameRuntime(one, runtimesOfPack, workers === undefined ? null : join(workers, ref)),
          ageMs: ageOf(one, context.now()),
        })),
      );
  }
  return found;
}

/**
 * Of what lost its mark, by what the pack's code runs in; as it was where that is not certain.
 *
 * @param workers where Attune's workers look for the pack's, whose names there have versions in them
 */
function nameRuntime(
  one: InstalledEnvironment,
  used: readonly RuntimeRow[],
  workers: string | null,
): InstalledEnvironment {
  const isLed = (name: string) => {
    const { text } = workers === null ? { text: null } : readLink(join(workers, name));
    return text !== null && keyOfLink(text) === one.key;
  };
  if (one.runtime !== null) return one;
  const found = used.flatMap((runtime) => {
    const directories = new Set(configsOf(runtime).flatMap(({ config }) => config.environment?.directory ?? []));
    return [...directories].flatMap((directory) => {
      const isPlain = one.link === directory;
      const named = runtime.versions.find(({ version }) => one.link === `${directory}-${version}`)?.version ?? null;
      if (!isPlain && named === null) return [];
      const name = runtime.name.toLowerCase();
      const led = runtime.versions.find(({ version }) => isLed(`${name}-${version}`))?.version ?? null;
      return [{ runtime: runtime.ref, version: named ?? led }];
    });
  });
  const [first] = found;
  return found.length === 1 && first !== undefined ? { ...one, ...first } : one;
}

/** The refs of the runtimes that actions and sensors of a pack name. */
async function readUsed({ knex }: DatabaseContext['database'], pack: string): Promise<readonly string[]> {
  const { rows } = (await knex.raw(
    `SELECT r.ref FROM runtime r
      WHERE EXISTS (SELECT 1 FROM action a WHERE a.runtime = r.id AND a.pack_ref = ?)
         OR EXISTS (SELECT 1 FROM sensor s WHERE s.runtime = r.id AND s.pack_ref = ?) ORDER BY 1`,
    [pack, pack],
  )) as { rows: { ref: string }[] };
  return rows.map(({ ref }) => ref);
}

function ageOf({ builtAt }: InstalledEnvironment, now: Date): number | null {
  const built = builtAt === null ? Number.NaN : Date.parse(builtAt);
  return Number.isNaN(built) ? null : Math.max(0, now.getTime() - built);
}
