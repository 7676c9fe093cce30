import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Knex } from 'knex';
import type { Actual } from './actual/actual.ts';
import { loadActual } from './actual/load-actual.ts';
import { applyPlan } from './apply/apply-plan.ts';
import { outcomeOf, unreadablePacks } from './apply/end-run.ts';
import { signRun } from './apply/record-run.ts';
import type { RunResult } from './apply/result.ts';
import type { DatabaseContext } from './context.ts';
import { describeErrors } from './database/describe-errors.ts';
import { inspectAttune } from './database/inspect-attune.ts';
import { migrateSync, syncSchemaVersion } from './database/migrate.ts';
import { withWriter } from './database/writer-lock.ts';
import type { Desired } from './desired/desired.ts';
import { loadDesired } from './desired/load-desired.ts';
import { hasErrors, SyncError } from './errors.ts';
import { canonicalJson, type Json } from './json.ts';
import { knowSecrets } from './know-secrets.ts';
import { buildPlan } from './plan/build-plan.ts';
import type { Plan } from './plan/plan.ts';
import { conceal, revealSecrets } from './secret.ts';
import { stagingDirectory } from './store/paths.ts';
import { checkStore, isOwnStore } from './store/store-id.ts';

/** Both sides as they are now, and the difference. */
export interface Look {
  readonly desired: Desired;
  readonly actual: Actual;
  readonly plan: Plan;
}

export interface LookOptions {
  /** Only these packs; undefined means all. A ref that is neither desired nor installed is an error. */
  readonly targets?: readonly string[];
}

export interface ReconcileOptions extends LookOptions {
  readonly cause: 'apply' | 'daemon';
  /** Who runs this, for people: `user@host`. Names the holder of the writer lock and stands in history. */
  readonly who: string;
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

/** Reads both sides and plans; writes nothing to Postgres or the pack store. What was staged is gone when it returns. */
export async function look(context: DatabaseContext, options: LookOptions = {}): Promise<Look> {
  return withStaging(join(context.config.stateDir, 'staging'), async (staging) => {
    const desired = await loadDesired(context, { staging, ...options });
    return compare(context, desired, options);
  });
}

/**
 * Looks, asks, and applies: the same for a person and for the daemon. Where nothing is to be written, nothing is,
 * and no lock is taken; else both are read and planned again under the lock, so that what is applied is true then.
 *
 * @throws SyncError `plan-changed` where that second plan is not the one that was confirmed
 */
export async function reconcile(context: DatabaseContext, options: ReconcileOptions): Promise<Reconciled> {
  const started = context.now();
  const store = context.config.packStore.directory;
  // What is not mounted, or another's, must not be written to before it is refused.
  const isOwn = await isOwnStore(store, context.database);
  const parent = isOwn ? join(store, stagingDirectory) : join(context.config.stateDir, 'staging');
  return withStaging(parent, async (staging) => {
    const desired = await loadDesired(context, { staging, ...options });
    options.onDesired?.(desired);
    const first = await compare(context, desired, options);
    options.onPlan?.(first.plan);
    const idle = settled(first, started, context.now());
    if (idle !== null) return { plan: first.plan, result: idle };
    if (options.confirm !== undefined && !(await options.confirm(first.plan)))
      return { plan: first.plan, result: null };
    const holder = `${options.cause} by ${options.who}`;
    const lock = { holder, timeoutMs: options.lockTimeoutMs, signal: context.signal, onWait: sayWho(context) };
    return withWriter(context.database, lock, async (writer) => {
      await migrateSync(context.database, writer);
      await checkStore(store, writer);
      const second = await compare(context, desired, options);
      if (options.confirm !== undefined) requireSame(first, second);
      options.onPlan?.(second.plan);
      const run = { id: null, manager: context.config.name, cause: options.cause, who: options.who, started };
      const input = { ...second, run: { ...run, entries: countEntries(second) }, staging };
      return { plan: second.plan, result: await applyPlan(context, writer, input) };
    });
  });
}

async function compare(context: DatabaseContext, desired: Desired, options: LookOptions): Promise<Look> {
  const { config, database } = context;
  const { missing } = await inspectAttune(database);
  const hasInventory = (await syncSchemaVersion(database)) !== null;
  const read = (transaction: Knex.Transaction) =>
    loadActual(transaction, {
      manager: config.name,
      packStore: config.packStore.directory,
      wanted: desired.packs.map(({ ref }) => ref),
      missing,
      hasInventory,
    });
  const actual = await describeErrors(database, () =>
    database.knex.transaction(read, { isolationLevel: 'repeatable read', readOnly: true }),
  );
  knowInstalled(context, desired, actual);
  const { drift, prune } = config.sync;
  const targets = options.targets === undefined ? {} : { targets: options.targets };
  return { desired, actual, plan: buildPlan(desired, actual, { drift, prune, ...targets }) };
}

/** Postgres can echo a row in what it says. A value that people set may be secret by the schema that only comes now. */
function knowInstalled({ redactor }: DatabaseContext, desired: Desired, actual: Actual): void {
  for (const { config } of actual.packs.values()) knowSecrets(redactor, config);
  for (const { value } of actual.preserved) knowSecrets(redactor, value);
  for (const { ref, content } of desired.packs) {
    const config = revealSecrets(actual.packs.get(ref)?.config ?? {});
    knowSecrets(redactor, conceal(config, content.columns.conf_schema ?? null));
  }
}

/** The result of a run that has nothing to write, not even history; else null. */
function settled({ desired, actual, plan }: Look, started: Date, now: Date): RunResult | null {
  if (plan.changes.length > 0 || plan.overrides.length > 0) return null;
  const packs = unreadablePacks({ desired, plan });
  const signature = signRun({ packs, problems: plan.problems }, countEntries({ desired, actual }));
  if (signature !== actual.lastSignature) return null;
  const outcome = outcomeOf(packs, hasErrors(plan.problems));
  const durationMs = now.getTime() - started.getTime();
  return { outcome, packs, problems: plan.problems, unchanged: plan.unchanged.length, durationMs, run: null };
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

/** A directory of its own for one run, made by whoever first stages something: an idle run touches no disk. */
async function withStaging<T>(parent: string, work: (staging: string) => Promise<T>): Promise<T> {
  const staging = join(parent, randomUUID());
  try {
    return await work(staging);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

/**
 * Documents each entry gave, for the record. An entry that could not be read, or gave some once and none now, keeps
 * its last count: absence needs proof, and forgetting it would make the next empty read pass as "nothing desired".
 */
function countEntries({ desired, actual }: Pick<Look, 'desired' | 'actual'>): Readonly<Record<string, number>> {
  const known = desired.entries.filter(({ name, documents }) => documents > 0 || !(name in actual.lastEntries));
  return { ...actual.lastEntries, ...Object.fromEntries(known.map(({ name, documents }) => [name, documents])) };
}

function sayWho(context: DatabaseContext): (holder: string) => void {
  return (holder) => context.log.info(`waiting for the writer lock, held by ${holder}`);
}
