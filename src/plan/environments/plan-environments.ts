import type { Actual, RuntimeRow } from '../../actual/actual.ts';
import type { WantedPack } from '../../desired/desired.ts';
import type { EnvironmentFacts } from '../../environments/facts/facts.ts';
import { canonicalJson } from '../../json.ts';
import type { Component } from '../../packs/content.ts';
import { versionPath } from '../../store/paths.ts';
import { type ComponentIndex, indexComponents } from '../component-index.ts';
import { listUses } from './list-uses.ts';
import { type PackRecipes, resolveRecipes } from './resolve-recipes.ts';
import { type SettledEnvironment, settleEnvironments } from './settle-environments.ts';
import { type RuntimeView, viewRuntimes } from './view-runtimes.ts';

/** What a pack runs in, and what is to be done about it. */
export interface PackEnvironments extends Omit<PackRecipes, 'recipes'> {
  readonly environments: readonly SettledEnvironment[];
  /** What is wrong with one that cannot be made again; null where nothing is. */
  readonly unusable: string | null;
}

/** One look at runtimes, in which names of packs are looked up. */
export interface RuntimeLookup {
  readonly index: ComponentIndex;
  readonly view: RuntimeView;
}

/**
 * The runtimes as they will be, if the changes of these packs are made.
 *
 * @param index of the same packs
 */
export function lookUpRuntimes(
  wanted: readonly WantedPack[],
  actual: Pick<Actual, 'runtimes'>,
  index: ComponentIndex,
): RuntimeLookup {
  return { index, view: viewRuntimes(wanted, actual, index) };
}

/** The runtimes as they are, which counts where no change is made; null where that is the same. */
export function lookUpRows(actual: Actual, planned: RuntimeView): RuntimeLookup | null {
  const view = viewRuntimes([], actual, { leaves: () => false });
  return isSameView(planned, view) ? null : { index: indexComponents([], actual, 'repair'), view };
}

export interface EnvironmentOptions {
  readonly facts: EnvironmentFacts | undefined;
  readonly skips: boolean;
  /** A person wants the pack written again whole. */
  readonly forced: boolean;
}

/** The environments of one wanted pack. */
export function planEnvironments(
  { ref, document, content }: WantedPack,
  lookup: RuntimeLookup,
  actual: Pick<Actual, 'packs'>,
  { facts, skips, forced }: EnvironmentOptions,
): PackEnvironments {
  if (facts === undefined && !content.components.some(hasConstraint)) return none;
  const uses = listUses(content, lookup.index, lookup.view);
  if (uses.length === 0) return none;
  const buildScripts = document.buildScripts === true;
  const { recipes, ...found } = resolveRecipes(uses, { content, buildScripts, facts, skips });
  const unusable = facts?.unusable.get(ref) ?? null;
  if (facts === undefined || recipes.length === 0) return { ...found, environments: [], unusable };
  const recorded = actual.packs.get(ref)?.recorded;
  const places = {
    ref,
    versionPath: versionPath(ref, content.version, content.digest),
    installedPath: recorded == null ? null : versionPath(ref, recorded.version, recorded.digest),
  };
  return { ...found, environments: settleEnvironments(recipes, { ...places, facts, forced }), unusable };
}

/** Where environments are not built here, nothing else about versions of runtimes is to be said. */
function hasConstraint({ columns }: Component): boolean {
  return typeof columns.runtime_version_constraint === 'string';
}

const none: PackEnvironments = { environments: [], unusable: null, blocks: [], lifted: [], warnings: [] };

/** Whether nothing differs that decides environments. */
function isSameView(one: RuntimeView, other: RuntimeView): boolean {
  if (one.size !== other.size) return false;
  const text = ({ ref, name, config, versions }: Pick<RuntimeRow, 'ref' | 'name' | 'config' | 'versions'>) =>
    canonicalJson([ref, name, config, versions.map((one) => canonicalJson({ ...one })).sort()]);
  return [...one].every(([ref, runtime]) => {
    const same = other.get(ref);
    return same !== undefined && (same === runtime || text(same) === text(runtime));
  });
}
