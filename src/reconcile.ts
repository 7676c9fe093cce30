import { join } from 'node:path';
import { readSnapshot } from './actual/read-snapshot.ts';
import { publishLeftOver } from './announcements/publish-left-over.ts';
import { applyPlan } from './apply/apply-plan.ts';
import { buildAfterApply } from './apply/build-after-apply.ts';
import type { FailedChanges } from './apply/failed-changes.ts';
import { idleResult } from './apply/idle-result.ts';
import type { LongSteps } from './apply/long-steps.ts';
import type { RunHead } from './apply/record-run.ts';
import type { RunResult } from './apply/result.ts';
import { runAfterApply } from './apply/run-after-apply.ts';
import type { DatabaseContext } from './context.ts';
import { migrateSync } from './database/migrate.ts';
import { withWriter } from './database/writer-lock.ts';
import type { Desired } from './desired/desired.ts';
import { loadDesired } from './desired/load-desired.ts';
import { checkUser } from './environments/find-user.ts';
import { SyncError } from './errors.ts';
import { canonicalJson, type Json } from './json.ts';
import { compare, type Look, type LookOptions } from './look.ts';
import { readAhead, rememberDesired } from './look-ahead.ts';
import { compareSaved } from './look-saved.ts';
import type { Sides } from './look-sides.ts';
import type { FailedTests } from './pack-tests/failed-tests.ts';
import type { Plan } from './plan/plan.ts';
import { pinCommits } from './plan/saved/pin-commits.ts';
import type { SavedPlan } from './plan/saved/saved-plan.ts';
import { settleTests } from './plan/tests/settle-tests.ts';
import { stagingDirectory } from './store/paths.ts';
import { checkStore, findMismatch } from './store/store-id.ts';
import { tellDiskFault } from './store/tell-disk-fault.ts';
import { withStaging } from './store/with-staging.ts';
import { sweepAfterRun } from './versions/sweep/sweep-after-run.ts';

export interface ReconcileOptions extends LookOptions {
  /** `apply`, `daemon`, or the verb that a person gave. */
  readonly cause: string;
  /** Who runs this, for people: `user@host`. Names the holder of the writer lock and stands in history. */
  readonly who: string;
  /** Apply this, and only as far as it still holds; `targets` and `reinstall` must be its own. */
  readonly saved?: SavedPlan;
  /** A person has the tests of packs skipped. */
  readonly skipTests?: boolean;
  /** What this process found to fail, from run to run: it is not tried again as long as nothing about it moves. */
  readonly failedTests?: FailedTests;
  /** The same of changes that failed, as long as nothing takes them out. */
  readonly failedChanges?: FailedChanges;
  /** Calls off builds and tests of packs of which something newer is desired meanwhile. */
  readonly longSteps?: LongSteps;
  /** It comes by itself and mostly finds nothing new: what was desired last is read while this one is found out. */
  readonly isRoutine?: boolean;
  /** How long to wait for the writer lock. */
  readonly lockTimeoutMs: number;
  /** Asked with the plan before anything is written; false ends the run. Without it the answer is yes. */
  readonly confirm?: (plan: Plan) => Promise<boolean>;
  /** Told what is desired as soon as it is read, before the actual side can fail: the daemon watches its directories. */
  readonly onDesired?: (desired: Desired) => void;
  /** Told the plan before it is applied, and the one that has nothing to write. */
  readonly onPlan?: (plan: Plan) => void;
}

export interface Reconciled {
  readonly plan: Plan;
  /** Null where the answer was no. */
  readonly result: RunResult | null;
}

/**
 * Looks, asks, and applies: the same for a person and for the daemon. Where nothing is to be written, nothing is,
 * and no lock is taken; else the actual side is read and planned again under the lock, unless nobody wrote to
 * Postgres meanwhile, so that what is applied is true then.
 *
 * @throws SyncError `plan-changed` where that second plan is not the one that was confirmed
 */
export async function reconcile(context: DatabaseContext, options: ReconcileOptions): Promise<Reconciled> {
  const started = context.now();
  await checkUser(context.config);
  const store = context.config.packStore.directory;
  // What is not mounted, or another's, must not be written to before it is refused.
  const isOwn = (await findMismatch(store, context.database)) === null;
  const parent = isOwn ? join(store, stagingDirectory) : join(context.config.stateDir, 'staging');
  const isWhole = options.targets === undefined && options.saved === undefined && options.rollback === undefined;
  // Where nothing was to be done last, most likely there is nothing to read.
  const isAhead = options.memory?.quiet == null && (options.remotes === undefined || options.isRoutine);
  const ahead = isOwn && isWhole && isAhead ? readAhead(context, options) : null;
  return withStaging(parent, async (staging) => {
    const loaded = await loadDesired(context, { staging, ...options });
    const desired = options.saved === undefined ? loaded : pinCommits(options.saved, loaded);
    if (isWhole) rememberDesired(context, desired);
    options.onDesired?.(desired);
    const holder = `${options.cause} by ${options.who}`;
    const lock = { holder, timeoutMs: options.lockTimeoutMs, signal: context.signal, onWait: sayWho(context) };
    const first = await compareNow(context, desired, options, ahead).catch(async (error: unknown) => {
      if (!(error instanceof SyncError) || error.code !== 'schema-older') throw error;
      // Tables of an earlier release: what this one plans by is not in them yet.
      await withWriter(context.database, lock, (writer) => migrateSync(context.database, writer));
      return compareNow(context, desired, options);
    });
    options.onPlan?.(first.plan);
    const { failedTests, failedChanges, longSteps } = options;
    const remember = {
      ...(failedTests === undefined ? {} : { failedTests }),
      ...(failedChanges === undefined ? {} : { failedChanges }),
      ...(longSteps === undefined ? {} : { longSteps }),
    };
    const idle = idleResult({ ...first, ...remember }, headOf(context, options, first, started), context.now());
    if (idle !== null) {
      // A daemon has times of its own for that.
      if (options.cause !== 'daemon') await publishLeftOver(context, lock);
      return { plan: first.plan, result: idle };
    }
    if (options.confirm !== undefined && !(await options.confirm(first.plan)))
      return { plan: first.plan, result: null };
    const done = await withWriter(context.database, lock, async (writer) => {
      await migrateSync(context.database, writer);
      await checkStore(store, writer);
      const isStill = (await writer.transaction(readSnapshot)) === first.actual.snapshot;
      const second = isStill ? first : await compareNow(context, desired, options);
      if (options.confirm !== undefined) requireSame(first, second);
      if (!isStill) options.onPlan?.(second.plan);
      const run = { ...headOf(context, options, second, started), id: null };
      // What was saved was checked above; what this run itself has written since would count against it.
      const lookAgain = (refs: ReadonlySet<string>) =>
        compare(context, desired, { ...options, filesOf: { actual: second.actual, refs } });
      const result = await applyPlan(context, writer, { ...second, run, staging, lookAgain, ...remember });
      if (result.run !== null) await sweepAfterRun(context, writer, listInstalled(second));
      return { head: run, plan: second.plan, actual: second.actual, result };
    });
    const { plan, result } = done;
    if (context.config.afterApply !== undefined && result.packs.some(({ outcome }) => outcome === 'applied')) {
      const { manager, cause, who } = done.head;
      const isTold = context.config.messageQueue !== undefined;
      const report = { ...done, head: { manager, cause, who }, isTold, redactor: context.redactor };
      await runAfterApply(context, buildAfterApply(report));
    }
    return { plan, result };
  }).catch(async (error: unknown) => {
    throw await tellDiskFault(context.config, error, parent);
  });
}

async function compareNow(
  context: DatabaseContext,
  desired: Desired,
  options: ReconcileOptions,
  ahead: Promise<Sides> | null = null,
): Promise<Look> {
  const { saved } = options;
  const found =
    saved === undefined
      ? await compare(context, desired, options, ahead)
      : await compareSaved(context, desired, saved, options);
  const plan = settleTests(found.plan, found.desired, { ...options, policy: context.config.tests });
  return { ...found, plan };
}

function headOf(context: DatabaseContext, options: ReconcileOptions, found: Look, started: Date): RunHead {
  const { cause, who, saved } = options;
  const targets = saved?.packs.map(({ ref }) => ref) ?? options.targets ?? null;
  return { manager: context.config.name, cause, who, started, targets, entries: countEntries(found) };
}

/** Secrets compare by digest only under one key: before the first migration there is none yet that lasts. */
function requireSame(confirmed: Look, current: Look): void {
  const sameKey = confirmed.actual.secretKey === current.actual.secretKey;
  const text = ({ plan }: Look) => {
    const json = canonicalJson(JSON.parse(JSON.stringify(plan)) as Json);
    return sameKey ? json : json.replaceAll(/secret:[0-9a-f]{12}/g, '(secret)');
  };
  if (text(confirmed) === text(current)) return;
  throw new SyncError('plan-changed', 'what is installed changed after the plan was shown, so nothing was applied', {
    hint: 'Look at the new plan and confirm it.',
    retry: 'soon',
  });
}

/**
 * Documents each entry gave, for the record. An entry that could not be read, or gave some once and none now, keeps
 * its last count: absence needs proof, and forgetting it would make the next empty read pass as "nothing desired".
 * One that left the configuration keeps it as long as what it gave waits to be removed.
 */
function countEntries({ desired, actual, plan }: Look): Readonly<Record<string, number>> {
  const isDoubtful = plan.problems.some(({ code }) => code === 'entry-emptied');
  const isWaiting = plan.changes.some(({ action, blocks }) => action === 'remove' && blocks.length > 0);
  const known = desired.entries.filter(
    ({ name, documents }) => documents > 0 || (!isDoubtful && !Object.hasOwn(actual.lastEntries, name)),
  );
  const configured = new Set(desired.entries.map(({ name }) => name));
  const isGone = (name: string) => desired.complete && !isDoubtful && !isWaiting && !configured.has(name);
  const before = Object.entries(actual.lastEntries).filter(([name]) => !isGone(name));
  return Object.fromEntries([...before, ...known.map(({ name, documents }) => [name, documents] as const)]);
}

function listInstalled({ desired }: Look) {
  return desired.packs.map(({ ref, content: { version, digest } }) => ({ ref, version, digest }));
}

function sayWho(context: DatabaseContext): (holder: string) => void {
  return (holder) => context.log.info(`Waiting for the writer lock, held by ${holder}.`);
}
