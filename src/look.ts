import { join } from 'node:path';
import type { Knex } from 'knex';
import type { Actual } from './actual/actual.ts';
import { loadActual } from './actual/load-actual.ts';
import type { DatabaseContext } from './context.ts';
import { describeErrors } from './database/describe-errors.ts';
import { inspectAttune } from './database/inspect-attune.ts';
import { syncSchemaVersion } from './database/migrate.ts';
import type { Desired } from './desired/desired.ts';
import { loadDesired } from './desired/load-desired.ts';
import type { RemoteRefsOption } from './desired/pass.ts';
import { knowSecrets } from './know-secrets.ts';
import { buildPlan } from './plan/build-plan.ts';
import type { Plan } from './plan/plan.ts';
import { type Absence, findAbsent } from './plan/safeguards/find-absent.ts';
import type { Unproven } from './plan/safeguards/guard-changes.ts';
import { conceal, revealSecrets } from './secret.ts';
import { findMismatch } from './store/store-id.ts';
import { withStaging } from './store/with-staging.ts';

/** Both sides as they are now, and the difference. */
export interface Look {
  readonly desired: Desired;
  readonly actual: Actual;
  readonly plan: Plan;
}

export interface LookOptions {
  /** Only these packs; undefined means all. A ref that is neither desired nor installed is an error. */
  readonly targets?: readonly string[];
  /** Packs to write again whole; only those that this manager has installed. */
  readonly reinstall?: readonly string[];
  /** What earlier passes of this process know of remotes; without it every remote is asked. */
  readonly remotes?: RemoteRefsOption;
  /** Tells which absences are not proven by this reading alone; without it a person looks, and their yes is the proof. */
  readonly prove?: (absence: Absence) => ReadonlyMap<string, Unproven>;
}

/** Reads both sides and plans; writes nothing to Postgres or the pack store. What was staged is gone when it returns. */
export async function look(context: DatabaseContext, options: LookOptions = {}): Promise<Look> {
  return withStaging(join(context.config.stateDir, 'staging'), async (staging) => {
    const desired = await loadDesired(context, { staging, ...options });
    return compare(context, desired, options);
  });
}

/** Reads the actual side and plans against a desired one that was read before. */
export async function compare(context: DatabaseContext, desired: Desired, options: LookOptions): Promise<Look> {
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
  const { drift, prune, removalLimit } = config.sync;
  const targets = options.targets === undefined ? {} : { targets: options.targets };
  const reinstall = options.reinstall === undefined ? {} : { reinstall: options.reinstall };
  const unproven = options.prove === undefined ? {} : { unproven: options.prove(findAbsent(desired, actual)) };
  const plan = buildPlan(desired, actual, { drift, prune, removalLimit, ...targets, ...reinstall, ...unproven });
  const mismatch = await findMismatch(config.packStore.directory, database);
  const problems = [...plan.problems, ...(mismatch?.problems ?? [])];
  return { desired, actual, plan: { ...plan, problems } };
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
