import { posix } from 'node:path';
import type { Recipe, RuntimeConfig } from '../../environments/environment.ts';
import { environmentKey } from '../../environments/facts/environment-key.ts';
import type { EnvironmentFacts } from '../../environments/facts/facts.ts';
import { type Problem, problem } from '../../errors.ts';
import type { PackContent } from '../../packs/content.ts';
import type { Note } from '../plan.ts';
import { configOf, configsOf, listCandidates, mayNeedEnvironment } from './list-candidates.ts';
import type { RuntimeUse } from './list-uses.ts';
import { type NamedRecipe, nameEnvironments } from './name-environments.ts';
import { selectVersion } from './select-version.ts';

/** What a pack's code runs in, as far as it is built here, and what is wrong with it. */
export interface PackRecipes {
  readonly recipes: readonly NamedRecipe[];
  /** What holds back content that needs it. */
  readonly blocks: readonly Note[];
  /** What would, had a person not skipped it. */
  readonly lifted: readonly Note[];
  readonly warnings: readonly Problem[];
}

export interface RecipeOptions {
  readonly content: Pick<PackContent, 'ref' | 'digest'>;
  readonly buildScripts: boolean;
  /** Undefined: environments are not built here, and only what Attune says of versions counts. */
  readonly facts: EnvironmentFacts | undefined;
  /** A person has what versions of runtimes lack skipped. */
  readonly skips: boolean;
}

/** Settles for each use of a runtime which version of it is meant, and what environment that needs. */
export function resolveRecipes(uses: readonly RuntimeUse[], options: RecipeOptions): PackRecipes {
  const found = { blocks: [] as Note[], lifted: [] as Note[], warnings: [] as Problem[] };
  const recipes = new Map<string, { recipe: Recipe; name: string; isPlain: boolean }>();
  for (const use of uses) {
    const version = selectFor(use, options, found);
    if (version === undefined || options.facts === undefined) continue;
    const recipe = resolveOne(use, version, { ...options, facts: options.facts }, found);
    if (recipe === null) continue;
    const id = `${recipe.runtime} ${recipe.version ?? ''}`;
    const isPlain = use.constraint === null || recipes.get(id)?.isPlain === true;
    recipes.set(id, { recipe, name: use.runtime.name, isPlain });
  }
  const named = nameEnvironments([...recipes.values()]);
  const shipped = named.filter(({ link }) => hasName(link, options));
  return {
    ...found,
    recipes: named.filter((recipe) => !shipped.includes(recipe)),
    warnings: [...found.warnings, ...shipped.map((recipe) => warnOfShipped(recipe, options))],
  };
}

type Findings = { readonly blocks: Note[]; readonly lifted: Note[]; readonly warnings: Problem[] };

/** Undefined where none will do. */
function selectFor(use: RuntimeUse, { facts, skips }: RecipeOptions, found: Findings): string | null | undefined {
  const { runtime, constraint } = use;
  const { interpreter } = configOf(runtime, null).config;
  const own = interpreter === null ? null : (facts?.interpreters.get(interpreter.binary)?.version ?? null);
  const selection = selectVersion(constraint, listCandidates(runtime, facts?.interpreters), own);
  if (selection.type === 'selected') {
    if (selection.isUnchecked) found.warnings.push(warnOfUnchecked(use));
    if (constraint === null) found.warnings.push(...warnOfDefaults(use, selection.version));
    return selection.version;
  }
  (skips ? found.lifted : found.blocks).push({
    code: 'unsatisfied-runtime-version',
    sentence: `${sayComponents(use)} ${runtime.ref} ${constraint}; ${selection.found}`,
    rows: [`runtime ${runtime.ref}`],
  });
  return skips ? null : undefined;
}

function resolveOne(
  { runtime }: RuntimeUse,
  version: string | null,
  { content, buildScripts, facts }: RecipeOptions & { readonly facts: EnvironmentFacts },
  found: Findings,
): Recipe | null {
  const { written, config: read, fault } = configOf(runtime, version);
  const what = version === null ? runtime.ref : `${runtime.ref} ${version}`;
  const rows = [`runtime ${runtime.ref}`];
  const install = read.dependencies?.install ?? [];
  const path = read.dependencies === null ? null : posix.normalize(read.dependencies.manifest);
  const files = facts.packs.get(content.digest);
  const manifest = path === null || install.length === 0 ? null : (files?.manifests.get(path) ?? null);
  const config = withDirectory(read, manifest !== null);
  if (config === null || (config.environment?.create.length === 0 && manifest === null)) {
    if (manifest !== null) found.warnings.push(warnOfMachine(what, manifest.path));
    return null;
  }
  if (fault !== null) {
    const sentence = `no environment can be built for ${what}: ${fault}`;
    found.blocks.push({ code: 'invalid-environment', sentence, rows });
    return null;
  }
  // Its files could not be read in this pass: what they need is not known.
  if (files === undefined) return null;
  const binary = config.interpreter?.binary;
  const interpreter = binary === undefined ? null : (facts.interpreters.get(binary) ?? null);
  if (binary !== undefined && interpreter === null && isOfMachine(binary)) {
    const sentence = `${binary} is not on this machine, and ${what} builds environments with it`;
    found.blocks.push({ code: 'interpreter-missing', sentence, rows });
    return null;
  }
  const parts = { config: written, interpreter, manifest, buildScripts, names: files.names };
  const key = environmentKey({ ...parts, contentDigest: content.digest, platform: facts.platform });
  return { key, runtime: runtime.ref, version, config, interpreter, manifest, buildScripts };
}

/** Without an environment of its own, packages go into one only where the command says so. */
function withDirectory(config: RuntimeConfig, hasManifest: boolean): RuntimeConfig | null {
  if (config.environment !== null) return config;
  const isInside = config.dependencies?.install.some((word) => word.includes('{env_dir}')) === true;
  if (!hasManifest || !isInside) return null;
  return { ...config, environment: { type: '', directory: '.venv', create: [], interpreterPath: null } };
}

/** What is relative to a pack is part of its content. */
function isOfMachine(binary: string): boolean {
  return posix.isAbsolute(binary) || !binary.includes('/');
}

function hasName(link: string, { content, facts }: RecipeOptions): boolean {
  return facts?.packs.get(content.digest)?.names.has(link) === true;
}

function warnOfShipped({ link, runtime }: NamedRecipe, { content }: RecipeOptions): Problem {
  const message = `${content.ref} brings ${link} in its own files: no environment is built for ${runtime}.`;
  return problem('warning', 'environment-shipped', message, { hint: 'Leave it out of the pack to have it built.' });
}

function warnOfMachine(what: string, manifest: string): Problem {
  const message = `${what} has no environment that the packages of ${manifest} could go into: they are not installed.`;
  const hint = 'Give the runtime an environment; what is outside a pack is not changed for it.';
  return problem('warning', 'no-environment', message, { hint });
}

function warnOfUnchecked(use: RuntimeUse): Problem {
  const message = `${sayComponents(use)} ${use.runtime.ref} ${use.constraint}, and its version is not known: that is not checked.`;
  return problem('warning', 'runtime-not-known', message);
}

/** Files have at most one; rows that somebody added can bring another. */
function warnOfDefaults({ runtime }: RuntimeUse, taken: string | null): readonly Problem[] {
  const defaults = runtime.versions.filter(({ isDefault }) => isDefault).map(({ version }) => version);
  if (defaults.length < 2) return [];
  const message = `${runtime.ref} has several defaults, ${defaults.join(' and ')}: ${taken ?? 'the runtime itself'} is taken.`;
  return [problem('warning', 'several-defaults', message, { hint: 'Leave one of them, in the pack or in its rows.' })];
}

/** `action jira.close and 2 more need`. */
function sayComponents({ components }: RuntimeUse): string {
  const [first = '', ...others] = components;
  return others.length === 0 ? `${first} needs` : `${first} and ${others.length} more need`;
}

/** Whether anything must be looked at on this machine for a use of a runtime. */
export function needsFacts({ runtime, constraint }: RuntimeUse): boolean {
  return constraint !== null || configsOf(runtime).some(({ config }) => mayNeedEnvironment(config));
}
