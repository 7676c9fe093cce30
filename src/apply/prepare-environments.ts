import { join } from 'node:path';
import PQueue from 'p-queue';
import type { Context } from '../context.ts';
import { type BuildLog, logFile, openBuildLog } from '../environments/build-log.ts';
import { type Builder, openBuilder } from '../environments/builder.ts';
import { ensureEnvironment } from '../environments/ensure-environment.ts';
import type { PackEnvironment } from '../environments/environment.ts';
import { linkEnvironments } from '../environments/link-environments.ts';
import { problemsOf, SyncError } from '../errors.ts';
import { versionPath } from '../store/paths.ts';
import { tellDiskFault } from '../store/tell-disk-fault.ts';
import { type LongSteps, superseded, unlessSuperseded, whenAllAbort, wholeSteps } from './long-steps.ts';

/** A published version of a pack, and all that its code runs in. */
export interface PackToPrepare {
  readonly ref: string;
  readonly version: string;
  readonly digest: string;
  readonly environments: readonly PackEnvironment[];
}

/**
 * Builds the environments of packs, several at once and none twice, and leads the published versions to them. Nobody
 * uses those yet: a build that fails changes nothing that runs. One that only packs want that are called off is ended.
 *
 * @returns what went wrong, by ref; the others are ready
 * @throws SyncError those of `openBuilder`
 */
export async function prepareEnvironments(
  context: Context,
  packs: readonly PackToPrepare[],
  steps: LongSteps = wholeSteps,
): Promise<ReadonlyMap<string, unknown>> {
  const failures = new Map<string, unknown>();
  if (packs.length === 0) return failures;
  const store = context.config.packStore.directory;
  const builds = shareBuilds(await openBuilder(context), packs, steps);
  const prepare = async (pack: PackToPrepare): Promise<void> => {
    try {
      await buildAll(pack, builds);
      const directory = join(store, versionPath(pack.ref, pack.version, pack.digest));
      await context.progress.step('environment', pack.ref, () =>
        linkEnvironments(store, directory, pack.environments, context.now()),
      );
    } catch (error) {
      failures.set(pack.ref, await tellDiskFault(context.config, error, store));
    }
  };
  await context.progress.phase('environment', packs.length, async () => {
    await Promise.all(packs.map(prepare));
  });
  return failures;
}

/** Keys of what any of them wants built anew, whoever of those that share it comes first. */
function listBroken(packs: readonly PackToPrepare[]): ReadonlySet<string> {
  const all = packs.flatMap(({ environments }) => environments);
  return new Set(all.filter(({ op }) => op === 'rebuild').map(({ key }) => key));
}

type Builds = (pack: PackToPrepare, environment: PackEnvironment) => Promise<void>;

/** Of several packs that share an environment the first builds it; the log of the others says so. */
function shareBuilds(builder: Builder, packs: readonly PackToPrepare[], steps: LongSteps): Builds {
  const { context } = builder;
  const broken = listBroken(packs);
  const wantedBy = (key: string) =>
    packs.filter(({ environments }) => environments.some((environment) => environment.key === key));
  const { stateDir, packStore, sync } = context.config;
  const queue = new PQueue({ concurrency: sync.concurrency });
  const building = new Map<string, { readonly by: PackToPrepare; readonly done: Promise<'built' | 'found'> }>();
  const logs = new Map<string, Promise<BuildLog>>();
  const open = (pack: PackToPrepare) => {
    const options = { redactor: context.redactor, isFresh: true };
    const log = logs.get(pack.ref) ?? openBuildLog(logFile(stateDir, pack), options);
    logs.set(pack.ref, log);
    return log;
  };
  const build = async (pack: PackToPrepare, recipe: PackEnvironment) => {
    const directory = join(packStore.directory, versionPath(pack.ref, pack.version, pack.digest));
    const isBroken = broken.has(recipe.key);
    const wasStopped = context.signal.aborted;
    const calledOff = whenAllAbort(wantedBy(recipe.key).map(({ ref }) => steps.signalOf(ref)));
    const signal = AbortSignal.any([context.signal, calledOff]);
    const own: Builder = { ...builder, context: { ...context, signal } };
    // A pack that waits for its turn, or for what another one builds, is not in the step.
    return context.progress
      .step('environment', pack.ref, () =>
        ensureEnvironment(own, { recipe, isBroken, pack: directory, openLog: () => open(pack) }),
      )
      .catch((error: unknown) => {
        if (context.signal.aborted && !wasStopped) throw cutOff(error);
        if (calledOff.aborted) throw superseded(pack.ref, error);
        throw explain(pack.ref, recipe, error);
      });
  };
  // What others want too goes on without it; what nobody else wants is ended, and is waited for.
  const unlessCalledOff = <T>({ ref }: PackToPrepare, key: string, done: Promise<T>): Promise<T> =>
    wantedBy(key).length > 1 ? unlessSuperseded(ref, steps.signalOf(ref), done) : done;
  return async (pack, environment) => {
    const { key, runtime } = environment;
    const shared = building.get(key);
    if (shared === undefined) {
      const done = queue.add(() => build(pack, environment));
      building.set(key, { by: pack, done });
      await unlessCalledOff(pack, key, done);
      return;
    }
    const { by, done } = shared;
    const outcome = await unlessCalledOff(pack, key, done).catch((error: unknown) => {
      if (steps.signalOf(pack.ref).aborted) throw error;
      return 'failed' as const;
    });
    if (outcome !== 'found' && by.ref !== pack.ref)
      await (await open(pack)).note(
        `The environment of ${runtime} is shared with ${by.ref} ${by.version}: see its log.`,
      );
    if (outcome === 'failed') await done;
  };
}

/** One after the other, so that their log can be read. */
async function buildAll(pack: PackToPrepare, builds: Builds): Promise<void> {
  const failed: unknown[] = [];
  for (const environment of pack.environments) {
    await builds(pack, environment).catch((error: unknown) => failed.push(error));
  }
  const [first] = failed;
  if (failed.length === 1) throw first;
  if (failed.length === 0) return;
  const problems = failed.flatMap(problemsOf);
  const [{ code, message } = { code: 'environment-failed', message: '' }] = problems;
  throw new SyncError(code, message, { problems, retry: 'soon' });
}

function cutOff(cause: unknown): SyncError {
  return new SyncError('stopped', 'stopped while its environment was being built', { retry: 'soon', cause });
}

/**
 * Says what the command was for, and where all that it said can be read: the same for every pack that needs it.
 *
 * @param ref the pack that it was built for
 */
function explain(ref: string, { runtime, version }: PackEnvironment, error: unknown): unknown {
  if (!(error instanceof SyncError) || !isOfBuild.has(error.code)) return error;
  const name = version === null ? runtime : `${runtime} ${version}`;
  const [{ hint } = {}] = error.problems;
  return new SyncError(error.code, `The environment of ${name} could not be built: ${error.message}`, {
    hint: [hint ?? '', `\`attune-sync pack log ${ref}\` shows all that was said.`].join('\n').trimStart(),
    retry: 'soon',
    cause: error,
  });
}

const isOfBuild: ReadonlySet<string> = new Set([
  'environment-failed',
  'environment-timeout',
  'environment-locked',
  'user-kept-out',
  'command-not-found',
]);
