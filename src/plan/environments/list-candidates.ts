import type { RuntimeConfig } from '../../environments/environment.ts';
import type { EnvironmentFacts } from '../../environments/facts/facts.ts';
import { parseRuntimeConfig, type ReadConfig } from '../../environments/parse-runtime-config.ts';
import { isObject, type Json } from '../../json.ts';
import { isSameVersion } from '../../packs/versions/is-same-version.ts';
import type { Candidate } from './select-version.ts';
import type { ViewedRuntime } from './view-runtimes.ts';

/** What a runtime, or a version of it, says: the text of it, and what it means. */
export interface CandidateConfig extends ReadConfig {
  readonly written: Json;
}

/** One runtime is read for hundreds of packs, and says the same to all of them. */
const known = new WeakMap<ViewedRuntime, Map<string | null, CandidateConfig>>();
const listed = new WeakMap<ViewedRuntime, readonly CandidateConfig[]>();

/** The `execution_config` of a version, whole; of one that has none of its own, and of the runtime itself, the runtime's. */
export function configOf(runtime: ViewedRuntime, version: string | null): CandidateConfig {
  const configs = known.get(runtime) ?? new Map<string | null, CandidateConfig>();
  known.set(runtime, configs);
  const config = configs.get(version) ?? readConfig(runtime, version);
  configs.set(version, config);
  return config;
}

function readConfig(runtime: ViewedRuntime, version: string | null): CandidateConfig {
  const own = version === null ? undefined : runtime.versions.find((one) => one.version === version)?.config;
  const written = isObject(own) && Object.keys(own).length > 0 ? own : runtime.config;
  return { written, ...parseRuntimeConfig(written) };
}

/** All that a runtime can be run as. */
export function configsOf(runtime: ViewedRuntime): readonly CandidateConfig[] {
  const configs =
    listed.get(runtime) ??
    [null, ...runtime.versions.map(({ version }) => version)].map((version) => configOf(runtime, version));
  listed.set(runtime, configs);
  return configs;
}

/** An environment can be needed by it: it says how one is made, or what to install. */
export function mayNeedEnvironment({ environment, dependencies }: RuntimeConfig): boolean {
  return (environment !== null && environment.create.length > 0) || (dependencies?.install.length ?? 0) > 0;
}

/** The versions of a runtime, with what stands in the way of each. Without interpreters only what Attune says counts. */
export function listCandidates(
  runtime: ViewedRuntime,
  interpreters: EnvironmentFacts['interpreters'] | undefined,
): readonly Candidate[] {
  return runtime.versions.map(({ version, isDefault, available }) => ({
    version,
    isDefault,
    obstacle: available ? findObstacle(version, configOf(runtime, version).config, interpreters) : 'not available',
  }));
}

function findObstacle(
  version: string,
  { interpreter }: RuntimeConfig,
  interpreters: EnvironmentFacts['interpreters'] | undefined,
): string | null {
  const found = interpreter === null ? undefined : interpreters?.get(interpreter.binary);
  if (interpreter === null || found === undefined) return null;
  if (found === null) return 'not on this machine';
  const isOther = found.version !== null && !isSameVersion(version, found.version);
  return isOther ? `not on this machine, where ${interpreter.binary} is ${found.version}` : null;
}
