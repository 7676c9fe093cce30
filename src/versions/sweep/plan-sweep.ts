import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Knex } from 'knex';
import type { Context } from '../../context.ts';
import { isAbandoned } from '../../store/make-staging.ts';
import { stagingDirectory, versionPath } from '../../store/paths.ts';
import { chooseEnvironments, type LeftEnvironment } from './choose-environments.ts';
import { chooseNeverInstalled, type NeverInstalled } from './choose-never-installed.ts';
import { chooseSwept, type KeptVersion, type SweepChoice, type SweepFacts, type SweptVersion } from './choose-swept.ts';
import { holdsOthersWork } from './holds-others-work.ts';
import { readEnvironments } from './read-environments.ts';
import { followStoreLinks, readPublished } from './read-published.ts';
import { readStoreLinks, readStoreVersions, readSweepFacts } from './read-sweep-facts.ts';

/** What stands in staging: a run is using it, or was killed. */
interface Leftover {
  /** Relative to the pack store. */
  readonly path: string;
  /** Nobody can be using it any more. */
  readonly goes: boolean;
}

export interface Sweep extends SweepChoice {
  /** By path; empty where nobody wants to see it. */
  readonly staging: readonly Leftover[];
  /** Environments that nothing leads to, by path. */
  readonly environments: readonly LeftEnvironment[];
  /** Versions that were published, and that no run recorded, by path. */
  readonly neverInstalled: readonly NeverInstalled[];
}

/**
 * What may go from the pack store now, and what may not, and why. Reads only.
 *
 * @param isShown whoever asks wants to see what nobody recorded, too
 */
export async function planSweep(context: Context, knex: Knex, isShown: boolean): Promise<Sweep> {
  const store = context.config.packStore.directory;
  const known = { ...(await readSweepFacts(context, knex)), directories: await readStoreVersions(context, knex) };
  const published = await readPublished(store, knex, known);
  const isQuiet = !isShown && published.length === 0 && chooseSwept(known).swept.length === 0;
  const readWhole = async () => ({ ...known, links: await readStoreLinks(store) });
  if (isQuiet) {
    const found = await readEnvironments(context, async () => listUnused(await readWhole(), []));
    const environments = chooseEnvironments(found);
    return { ...chooseSwept(known), unknown: [], staging: [], environments, neverInstalled: [] };
  }
  const facts = await readWhole();
  const choice = chooseSwept(facts);
  const swept: SweptVersion[] = [];
  const precious: KeptVersion[] = [];
  for (const version of choice.swept) {
    const hasWork = await holdsOthersWork(
      join(store, version.path),
      version.digest,
      findSuccessor(store, version, facts),
    );
    if (hasWork) precious.push({ ...version, why: 'it holds files of others that are nowhere else' });
    else swept.push(version);
  }
  const neverInstalled = chooseNeverInstalled({ ...facts, published, linked: followStoreLinks(store, facts.links) });
  const ours = new Set(neverInstalled.map(({ path }) => path));
  const unknown = choice.unknown.filter(({ path }) => !ours.has(path));
  const kept = [...choice.kept, ...precious].sort(byPath);
  const staging = isShown ? await readLeftovers(store) : [];
  const environments = chooseEnvironments(await readEnvironments(context, async () => listUnused(facts, swept)));
  return { swept, kept, unknown, staging, environments, neverInstalled };
}

/** Versions that go, and candidates that failed before any run recorded them: what they ran in goes with its time. */
function listUnused(facts: SweepFacts, swept: readonly SweptVersion[]): ReadonlySet<string> {
  const used = new Set(facts.links.values());
  const unrecorded = chooseSwept(facts).unknown.filter(({ path }) => !used.has(path));
  return new Set([...swept, ...unrecorded].map(({ path }) => path));
}

/** Where a version's files went on to: the directory in use, else that of the version that was last. */
function findSuccessor(store: string, { pack, path }: SweptVersion, { links, versions }: SweepFacts): string | null {
  const current = links.get(pack);
  if (current?.startsWith(`.versions/${pack}/`)) return join(store, current);
  const others = versions.filter((one) => one.pack === pack);
  const last = others.toSorted((one, other) => timeOf(other.supersededMs) - timeOf(one.supersededMs))[0];
  const found = last === undefined ? null : versionPath(last.pack, last.version, last.digest);
  return found === null || found === path ? null : join(store, found);
}

function timeOf(supersededMs: number | null): number {
  return supersededMs ?? Number.MAX_SAFE_INTEGER;
}

/** Names of directories in staging that hold what a sweep deletes. */
export const binPrefix = 'swept-';

/** As `removeLeftovers` and `sweepAbandoned` judge it. */
async function readLeftovers(store: string): Promise<readonly Leftover[]> {
  const leftovers: Leftover[] = [];
  for (const name of (await readdir(join(store, stagingDirectory)).catch(() => [])).sort()) {
    const path = join(stagingDirectory, name);
    const found = await lstat(join(store, path)).catch(() => null);
    if (found !== null) leftovers.push({ path, goes: name.startsWith(binPrefix) || isAbandoned(found.mtimeMs) });
  }
  return leftovers;
}

function byPath(one: { readonly path: string }, other: { readonly path: string }): number {
  return one.path < other.path ? -1 : 1;
}
