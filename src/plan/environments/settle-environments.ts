import type { PackEnvironment } from '../../environments/environment.ts';
import {
  type EnvironmentFacts,
  type EnvironmentState,
  versionLinkPlace,
  workerLinkPlace,
} from '../../environments/facts/facts.ts';
import { explainKey } from './explain-key.ts';
import type { NamedRecipe } from './name-environments.ts';

/** An environment with what is to be done about it, and how it stands with the version that is installed now. */
export interface SettledEnvironment {
  readonly environment: PackEnvironment;
  /** The wanted version leads to one of this key already: what is wrong with that one broke behind our back. */
  readonly wasLinked: boolean;
}

export interface SettleOptions {
  readonly ref: string;
  /** Of the wanted version, relative to the pack store. */
  readonly versionPath: string;
  /** Of the version that is installed now; null where there is none. */
  readonly installedPath: string | null;
  readonly facts: EnvironmentFacts;
  /** A person wants the pack written again whole: nobody knows what of an environment is not as it was built. */
  readonly forced: boolean;
}

/** What is to be done so that each environment is there and is reached, and why. */
export function settleEnvironments(
  recipes: readonly NamedRecipe[],
  options: SettleOptions,
): readonly SettledEnvironment[] {
  return recipes.map((recipe) => settleOne(recipe, options));
}

function settleOne(recipe: NamedRecipe, options: SettleOptions): SettledEnvironment {
  const { ref, versionPath, installedPath, facts, forced } = options;
  const keyAt = (path: string | null) =>
    path === null ? null : (facts.links.get(versionLinkPlace(path, recipe.link))?.key ?? null);
  const linked = keyAt(versionPath);
  const before = linked ?? keyAt(installedPath);
  const wasLinked = linked === recipe.key;
  const settled = (op: PackEnvironment['op'], why: string): SettledEnvironment => ({
    environment: { ...recipe, op, why },
    wasLinked,
  });
  const state = facts.states.get(recipe.key);
  const because = () => {
    const earlier = before === null ? undefined : facts.states.get(before);
    if (earlier?.mark != null) return explainKey(recipe, earlier.mark);
    return linked === null ? 'the one before is gone' : sayLost(linked, earlier);
  };
  if (state === undefined || state.mark === null) {
    if (state?.isThere === true) return settled('rebuild', 'half-built');
    if (before === recipe.key) return settled('build', 'not there any more');
    return settled('build', before === null ? 'not built yet' : because());
  }
  if (state.fault !== null) return settled('rebuild', state.fault);
  if (forced) return settled('rebuild', 'asked for');
  const link = facts.links.get(versionLinkPlace(versionPath, recipe.link));
  if (link?.isRight !== true) {
    if (before === recipe.key) return settled('link', linked === null ? '' : 'its link leads elsewhere');
    return settled('link', before === null ? 'already built' : `${because()}, already built`);
  }
  const worker = facts.links.get(workerLinkPlace(ref, recipe.workerName));
  if (!facts.hasWorkers || worker?.isRight === true) return settled('keep', '');
  const why = worker?.occupied === true ? 'a worker built another' : 'workers are not led to it yet';
  return settled('link', why);
}

/** Of the same content, and so no later version's: somebody led it there, or took away what was there. */
function sayLost(key: string, state: EnvironmentState | undefined): string {
  return `its link leads to .environments/${key}, which is ${state?.isThere === true ? 'half-built' : 'not there'}`;
}
