import { join } from 'node:path';
import type { Actual, InstalledPack } from './actual/actual.ts';
import { readFingerprints } from './actual/read-fingerprints.ts';
import { readIdentity } from './actual/read-identity.ts';
import type { DatabaseContext } from './context.ts';
import type { Desired } from './desired/desired.ts';
import { loadDesired } from './desired/load-desired.ts';
import type { Remotes } from './desired/remotes.ts';
import { warnOfUser } from './environments/find-user.ts';
import { knowSecrets } from './know-secrets.ts';
import { joinAhead } from './look-ahead.ts';
import { readEnvironmentsOf } from './look-environments.ts';
import { type LookMemory, recallQuiet, rememberQuiet } from './look-quiet.ts';
import { type Reading, readSides, type Sides, type SidesOptions } from './look-sides.ts';
import type { Asked } from './plan/asked.ts';
import { buildPlan } from './plan/build-plan.ts';
import { knownRefs } from './plan/check-targets.ts';
import type { Plan } from './plan/plan.ts';
import { tellRestarts } from './plan/restarts/tell-restarts.ts';
import { type Absence, findAbsent } from './plan/safeguards/find-absent.ts';
import type { Unproven } from './plan/safeguards/guard-changes.ts';
import type { PlanBinding } from './plan/saved/build-saved-plan.ts';
import { scopeFingerprints } from './plan/saved/scope-fingerprints.ts';
import { tellTests } from './plan/tests/tell-tests.ts';
import { conceal, revealSecrets } from './secret.ts';
import { findMismatch } from './store/store-id.ts';
import { tellDiskFault } from './store/tell-disk-fault.ts';
import { warnOfCopies } from './store/warn-of-copies.ts';
import { withStaging } from './store/with-staging.ts';

/** Both sides as they are now, and the difference. */
export interface Look {
  readonly desired: Desired;
  readonly actual: Actual;
  readonly plan: Plan;
  /** Read together with the rows, where it was asked for. */
  readonly binding?: PlanBinding;
}

/** Asks for what a plan is bound to. */
export interface BindOptions {
  /** Fingerprints of these packs, known or not any more; without it, of those that change. */
  readonly refs?: readonly string[];
  /** False where they are compared with some of a time when no key was there to hide secrets. */
  readonly keyed: boolean;
}

export interface LookOptions extends SidesOptions {
  /** Kept from look to look: what did not move since the last one is neither read nor planned again. */
  readonly memory?: LookMemory;
  /** Only these packs; undefined means all. A ref that is neither desired nor installed is an error. */
  readonly targets?: readonly string[];
  /** Packs to write again whole; only those that this manager has installed. */
  readonly reinstall?: readonly string[];
  /** A person takes it upon them that packs lack what they say they need. */
  readonly skipDependencies?: boolean;
  /** Why a person has packs changed although a sync window is closed. */
  readonly despiteWindows?: string;
  /** Packs that a person removes or has forgotten. */
  readonly asked?: Asked;
  readonly bind?: BindOptions;
  /** What this process knows of remotes; without it every remote is asked. */
  readonly remotes?: Remotes;
  /** What lies on disk counts as it was read with this, of these packs: what a run did there since is its own doing. */
  readonly filesOf?: { readonly actual: Actual; readonly refs: ReadonlySet<string> };
  /** Tells which absences are not proven by this reading alone; without it a person looks, and their yes is the proof. */
  readonly prove?: (absence: Absence) => ReadonlyMap<string, Unproven>;
}

/** Reads both sides and plans; writes nothing to Postgres or the pack store. What was staged is gone when it returns. */
export async function look(context: DatabaseContext, options: LookOptions = {}): Promise<Look> {
  const parent = join(context.config.stateDir, 'staging');
  const work = async (staging: string) => {
    const desired = await loadDesired(context, { staging, ...options });
    return compare(context, desired, options);
  };
  return withStaging(parent, work).catch(async (error: unknown) => {
    throw await tellDiskFault(context.config, error, parent);
  });
}

/**
 * Reads the actual side and plans against a desired one that was read before.
 *
 * @param ahead what was read of the actual side meanwhile; only without `bind`, `rollback` and `withoutStore`
 */
export async function compare(
  context: DatabaseContext,
  given: Desired,
  options: LookOptions,
  ahead: Promise<Sides> | null = null,
): Promise<Look> {
  const found = (await lookQuietly(context, given, options)) ?? (await lookAll(context, given, options, ahead));
  if (options.withoutStore === true) return found;
  const { directory } = context.config.packStore;
  const mismatch = await findMismatch(directory, context.database);
  const problems = [
    ...found.plan.problems,
    ...(mismatch?.problems ?? []),
    ...(await warnOfUser(context.config)),
    ...(await warnOfCopies(directory, placesOf(found.actual))),
  ];
  return { ...found, plan: { ...found.plan, problems } };
}

/** The last look again, where nothing moved. */
async function lookQuietly(context: DatabaseContext, desired: Desired, options: LookOptions): Promise<Look | null> {
  const { memory } = options;
  if (memory === undefined || !isPlain(options)) return null;
  const found = await recallQuiet(context, memory, desired, options);
  if (found === null) return null;
  // What looks again and again counts how often a pack is missing; here none is.
  options.prove?.(findAbsent(desired, found.actual, { prune: context.config.sync.prune }));
  return found;
}

async function lookAll(
  context: DatabaseContext,
  given: Desired,
  options: LookOptions,
  ahead: Promise<Sides> | null,
): Promise<Look> {
  const sides = await joinAhead(context, ahead, given);
  const found =
    sides === null
      ? await readSides(context, given, options, async (reading) =>
          bindPlan(await planBetween(context, reading, options), reading, options),
        )
      : await planBetween(context, sides, options);
  if (options.memory !== undefined && isPlain(options)) rememberQuiet(context, options.memory, found);
  return found;
}

/** All packs, and nothing that a person asks for. */
function isPlain(options: LookOptions): boolean {
  const { targets, reinstall, rollback, withoutStore, asked, bind, filesOf, skipDependencies, despiteWindows } =
    options;
  const special = [targets, reinstall, rollback, withoutStore, asked, bind, filesOf, skipDependencies, despiteWindows];
  return special.every((one) => one === undefined);
}

/** Where Attune looks for the packs of this manager. */
function placesOf({ packs, manager }: Actual): readonly (string | null)[] {
  return [...packs.values()]
    .filter(({ recorded }) => recorded?.manager === manager)
    .map(({ installation }) => installation.storagePath);
}

async function bindPlan(found: Look, reading: Reading, { bind }: LookOptions): Promise<Look> {
  if (bind === undefined) return found;
  const { transaction, missing, hasInventory } = reading;
  const scopes = scopeFingerprints(bind.refs ?? found.plan.changes.map(({ ref }) => ref), found.desired);
  const fingerprints = await readFingerprints(transaction, scopes, { missing, hasInventory, keyed: bind.keyed });
  return { ...found, binding: { identity: await readIdentity(transaction, hasInventory), fingerprints } };
}

async function planBetween(context: DatabaseContext, sides: Sides, options: LookOptions): Promise<Look> {
  const { desired } = sides;
  knowInstalled(context, desired, sides.actual);
  const actual =
    options.filesOf !== undefined
      ? withFilesOf(sides.actual, options.filesOf)
      : options.withoutStore === true
        ? sides.actual
        : { ...sides.actual, ...(await readEnvironmentsOf(context, sides)) };
  const { drift, prune, removalLimit, suspend, windows } = context.config.sync;
  // What was saved may name packs that are gone by now.
  const known = options.bind?.refs === undefined ? undefined : knownRefs(desired, actual);
  const chosen = (refs: readonly string[]) => refs.filter((ref) => known === undefined || known.has(ref));
  const targets = options.targets === undefined ? {} : { targets: chosen(options.targets) };
  const reinstall = options.reinstall === undefined ? {} : { reinstall: chosen(options.reinstall) };
  const unproven =
    options.prove === undefined ? {} : { unproven: options.prove(findAbsent(desired, actual, { prune })) };
  const asked = options.asked === undefined ? {} : { asked: options.asked };
  const skipDependencies = options.skipDependencies === true;
  const plan = buildPlan(desired, actual, {
    drift,
    prune,
    removalLimit,
    ...(suspend === undefined ? {} : { suspend: { ...suspend, file: context.config.file } }),
    ...(windows === undefined ? {} : { windows: { windows, file: context.config.file } }),
    ...(options.despiteWindows === undefined ? {} : { despiteWindows: options.despiteWindows }),
    skipDependencies,
    ...targets,
    ...reinstall,
    ...asked,
    ...unproven,
  });
  const { afterApply, messageQueue, tests } = context.config;
  const tested = tellTests(plan, desired, tests);
  // A hook that is started after each run restarts what it wants.
  if (afterApply !== undefined) return { desired, actual, plan: tested };
  return { desired, actual, plan: tellRestarts(tested, actual, messageQueue !== undefined) };
}

function withFilesOf(now: Actual, { actual, refs }: NonNullable<LookOptions['filesOf']>): Actual {
  const { found, shipped, environments, leftWorkerLinks } = actual;
  const packs = [...now.packs].map(([ref, pack]): [string, InstalledPack] => {
    const before = refs.has(ref) ? actual.packs.get(ref) : undefined;
    return [ref, before === undefined ? pack : { ...pack, files: before.files }];
  });
  return {
    ...now,
    packs: new Map(packs),
    ...(found === undefined ? {} : { found }),
    ...(shipped === undefined ? {} : { shipped }),
    ...(environments === undefined ? {} : { environments }),
    ...(leftWorkerLinks === undefined ? {} : { leftWorkerLinks }),
  };
}

/** Postgres can echo a row in what it says. A value that people set may be secret by the schema that only comes now. */
function knowInstalled({ redactor }: DatabaseContext, desired: Desired, actual: Actual): void {
  for (const { config } of actual.packs.values()) knowSecrets(redactor, config);
  for (const { value } of actual.preserved) knowSecrets(redactor, value);
  for (const { plain } of actual.overrides) if (plain !== undefined) knowSecrets(redactor, plain);
  for (const { ref, content } of desired.packs) {
    const config = revealSecrets(actual.packs.get(ref)?.config ?? {});
    knowSecrets(redactor, conceal(config, content.columns.conf_schema ?? null));
  }
}
