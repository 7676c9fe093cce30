import { existsSync } from 'node:fs';
import { join, posix } from 'node:path';
import PQueue from 'p-queue';
import type { Actual } from './actual/actual.ts';
import type { Context } from './context.ts';
import type { Desired, WantedPack } from './desired/desired.ts';
import { loadPackFiles } from './desired/load-pack-files.ts';
import type { EnvironmentFacts, EnvironmentState, FoundLink, PackFilesFacts } from './environments/facts/facts.ts';
import { versionLinkPlace, workerLinkPlace } from './environments/facts/facts.ts';
import { searchPath } from './environments/facts/find-program.ts';
import { listInstalled } from './environments/facts/list-installed.ts';
import { type ProbeOptions, probeInterpreters } from './environments/facts/probe-interpreters.ts';
import { readState } from './environments/facts/read-state.ts';
import { findAsker } from './environments/find-user.ts';
import { interpreterInside } from './environments/interpreter-inside.ts';
import { environmentLink, environmentPath, keyOfLink } from './environments/paths.ts';
import { readLeftWorkerLinks } from './environments/worker-links.ts';
import { indexComponents } from './plan/component-index.ts';
import { configOf, configsOf, mayNeedEnvironment } from './plan/environments/list-candidates.ts';
import { listUses, type RuntimeUse } from './plan/environments/list-uses.ts';
import type { NamedRecipe } from './plan/environments/name-environments.ts';
import { lookUpRows, lookUpRuntimes, type RuntimeLookup } from './plan/environments/plan-environments.ts';
import { needsFacts, resolveRecipes } from './plan/environments/resolve-recipes.ts';
import { versionPath } from './store/paths.ts';
import { readLink } from './store/read-links.ts';

/** What the environments of packs are; where none is built here, only what is left of those that were. */
export async function readEnvironmentsOf(
  context: Context,
  sides: { readonly desired: Desired; readonly actual: Actual },
): Promise<Pick<Actual, 'environments' | 'leftWorkerLinks'>> {
  const { environments, packStore } = context.config;
  if (environments.build === 'here') return { environments: await readEnvironments(context, sides) };
  if (environments.directory === undefined) return {};
  return { leftWorkerLinks: readLeftWorkerLinks(environments.directory, packStore.directory) };
}

interface PackUses {
  readonly pack: WantedPack;
  readonly uses: readonly RuntimeUse[];
}

/**
 * What the environments of the wanted packs are made of, and how they are: of packs that need none nothing is looked at,
 * and of the others that are as they were a few entries of the file system. Where runtimes change in this plan, both for
 * what they are and for what they will be.
 *
 * @throws SyncError `aborted`
 */
export async function readEnvironments(
  context: Context,
  { desired, actual }: { readonly desired: Desired; readonly actual: Actual },
): Promise<EnvironmentFacts> {
  const lookups = listLookups(desired, actual, context);
  const using = lookups.flatMap((lookup) => desired.packs.flatMap((pack) => usesOf(pack, lookup)));
  const base = {
    platform: `${process.platform} ${process.arch}`,
    interpreters: await probeInterpreters(listBinaries(using), await probeOptions(context)),
    packs: await readFiles(context, using),
    states: new Map<string, EnvironmentState>(),
    links: new Map<string, FoundLink>(),
    unusable: new Map<string, string>(),
    hasWorkers: context.config.environments.directory !== undefined,
  };
  for (const { pack, uses } of using) {
    const { content, document } = pack;
    const buildScripts = document.buildScripts === true;
    const { recipes, blocks, lifted } = resolveRecipes(uses, { content, buildScripts, facts: base, skips: true });
    for (const recipe of recipes) readRecipe(context, pack, recipe, actual, base);
    if (blocks.length + lifted.length > 0) readUnusable(context, pack, uses, base.unusable);
  }
  return base;
}

/** Where programs are looked for, and who asks them: as when they build. */
async function probeOptions({ config, environment, signal, now }: Context): Promise<ProbeOptions> {
  const user = await findAsker(config.environments);
  const path = searchPath(environment, config.environments.variables);
  return { path, signal, now, ...(user === undefined ? {} : { user }) };
}

/** The runtimes as they will be, and as they are where that differs. */
function listLookups({ packs }: Desired, actual: Actual, { config }: Context): readonly RuntimeLookup[] {
  const planned = lookUpRuntimes(packs, actual, indexComponents(packs, actual, config.sync.drift));
  const rows = lookUpRows(actual, planned.view);
  return rows === null ? [planned] : [planned, rows];
}

function usesOf(pack: WantedPack, { index, view }: RuntimeLookup): readonly PackUses[] {
  const uses = listUses(pack.content, index, view);
  return uses.some(needsFacts) ? [{ pack, uses }] : [];
}

function listBinaries(using: readonly PackUses[]): ReadonlySet<string> {
  const runtimes = new Set(using.flatMap(({ uses }) => uses.filter(needsFacts).map(({ runtime }) => runtime)));
  const configs = [...runtimes].flatMap(configsOf);
  return new Set(configs.flatMap(({ config }) => (config.interpreter === null ? [] : [config.interpreter.binary])));
}

/** The files of packs that manifests are looked for in, by content. */
async function readFiles(context: Context, using: readonly PackUses[]): Promise<EnvironmentFacts['packs']> {
  const found = new Map<string, PackFilesFacts>();
  const wanted = new Map<WantedPack, Set<string>>();
  for (const { pack, uses } of using) {
    for (const { runtime } of uses) {
      for (const { config, fault } of configsOf(runtime)) {
        if (!mayNeedEnvironment(config)) continue;
        const manifests = wanted.get(pack) ?? new Set<string>();
        wanted.set(pack, manifests);
        if (config.dependencies !== null && fault === null)
          manifests.add(posix.normalize(config.dependencies.manifest));
      }
    }
  }
  const queue = new PQueue({ concurrency: context.config.sync.concurrency });
  await queue.addAll(
    [...wanted].map(([pack, manifests]) => async () => {
      const facts = await loadPackFiles(context, pack, [...manifests].sort());
      if (facts !== null) found.set(pack.content.digest, facts);
    }),
  );
  return found;
}

/** What a pack is led to that nobody could make again. */
function readUnusable(
  { config: { packStore } }: Context,
  { ref, content: { version, digest } }: WantedPack,
  uses: readonly RuntimeUse[],
  unusable: Map<string, string>,
): void {
  const directory = join(packStore.directory, versionPath(ref, version, digest));
  if (!existsSync(directory)) return;
  const found = listInstalled(packStore.directory, directory, (name, number) => {
    const runtime = uses.find((use) => use.runtime.ref === name)?.runtime;
    return runtime === undefined ? null : interpreterInside(configOf(runtime, number).config);
  });
  const wrong = found.find(({ state }) => state !== 'ready');
  if (wrong !== undefined) unusable.set(ref, `environment ${wrong.link}: ${wrong.fault ?? wrong.state}`);
}

/** How an environment is, and whether the versions of its pack and Attune's workers are led to it. */
function readRecipe(
  { config: { packStore, environments } }: Context,
  { ref, content }: WantedPack,
  recipe: NamedRecipe,
  actual: Actual,
  { states, links }: { states: Map<string, EnvironmentState>; links: Map<string, FoundLink> },
): void {
  const { key, config, link, workerName } = recipe;
  const store = packStore.directory;
  const directory = config.environment?.directory ?? '';
  const interpreter = interpreterInside(config);
  if (!states.has(key)) states.set(key, readState(store, { key, directory, interpreter }));
  const see = (place: string, path: string, target: string) => {
    const { text, occupied } = readLink(path);
    const found = { key: text === null ? null : keyOfLink(text), occupied, isRight: text === target };
    links.set(place, found);
    return found;
  };
  const wanted = versionPath(ref, content.version, content.digest);
  const { isRight } = see(versionLinkPlace(wanted, link), join(store, wanted, link), environmentLink(key, directory));
  if (environments.directory !== undefined) {
    const target = join(store, environmentPath(key), directory);
    see(workerLinkPlace(ref, workerName), join(environments.directory, ref, workerName), target);
  }
  if (isRight) return;
  // Only to say what changed since.
  const recorded = actual.packs.get(ref)?.recorded;
  const installed = recorded == null ? wanted : versionPath(ref, recorded.version, recorded.digest);
  const place = versionLinkPlace(installed, link);
  const before = installed === wanted ? links.get(place) : see(place, join(store, installed, link), '');
  if (before?.key == null || states.has(before.key)) return;
  states.set(before.key, readState(store, { key: before.key, directory, interpreter }));
}
