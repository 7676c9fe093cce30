import type { Knex } from 'knex';
import { readSnapshot } from '../actual/read-snapshot.ts';
import type { ApprovedChange } from '../actual/safeguards.ts';
import { beginRun, finishRun } from '../apply/record-run.ts';
import type { DatabaseContext } from '../context.ts';
import { migrateSync } from '../database/migrate.ts';
import { withWriter } from '../database/writer-lock.ts';
import { SyncError } from '../errors.ts';
import { compare, type Look, look } from '../look.ts';
import type { GuardedSet, Plan } from '../plan/plan.ts';
import { identifyPlan } from '../plan/safeguards/identify-plan.ts';
import { formatTime } from '../text/format-time.ts';

export interface ApproveOptions {
  /** The id that the plan showed. */
  readonly id: string;
  /** Who approves: `user@host`. */
  readonly who: string;
  readonly why?: string;
  readonly lockTimeoutMs: number;
  /** Asked before anything is written; without it the answer is yes. */
  readonly confirm?: (guarded: GuardedSet) => Promise<boolean>;
}

export interface GivenApproval {
  readonly manager: string;
  /** The id of the approved set. */
  readonly plan: string;
  readonly who: string;
  readonly why: string | null;
  readonly expires: Date;
  readonly changes: readonly ApprovedChange[];
}

/**
 * Approves exactly what safeguards hold back now: each change of that set is let through once within 24 hours, by
 * whoever applies it. It applies nothing itself, and lifts neither what depends on a pack, nor running executions, nor
 * another manager, nor an absence that is not proven.
 *
 * @returns what was approved; null where the answer was no
 * @throws SyncError `nothing-to-approve`, `another-plan` with the current id, `plan-changed`
 */
export async function approve(context: DatabaseContext, options: ApproveOptions): Promise<GivenApproval | null> {
  const { database, log, signal } = context;
  const started = context.now();
  const first = await look(context);
  const guarded = requireSet(first.plan, options.id);
  if (options.confirm !== undefined && !(await options.confirm(guarded))) return null;
  const onWait = (holder: string) => log.info(`Waiting for the writer lock, held by ${holder}.`);
  const lock = { holder: `${cause} by ${options.who}`, timeoutMs: options.lockTimeoutMs, signal, onWait };
  return withWriter(database, lock, async (writer) => {
    await migrateSync(database, writer);
    const isStill = (await writer.transaction(readSnapshot)) === first.actual.snapshot;
    const current = isStill ? first : await compare(context, first.desired, {});
    if (identifyPlan(current.plan) !== guarded.id) throw changedMeanwhile();
    return writer.transaction((transaction) => record(transaction, current, guarded, { ...options, started }));
  });
}

const cause = 'approve';

function requireSet({ guarded, manager }: Plan, id: string): GuardedSet {
  if (guarded === null) {
    throw new SyncError('nothing-to-approve', `Nothing of ${manager} waits for an approval.`, {
      hint: '`attune-sync plan` shows what is planned, and `attune-sync approve --list` what is approved already.',
    });
  }
  if (guarded.id === id.toLowerCase()) return guarded;
  throw new SyncError('another-plan', `${id} is not what waits for an approval now; that is ${guarded.id}.`, {
    hint: 'Something changed since you looked. Read it with `attune-sync plan` before you approve it.',
  });
}

function changedMeanwhile(): SyncError {
  return new SyncError(
    'plan-changed',
    'What waits for an approval changed after it was shown, so nothing was approved.',
    {
      hint: 'Look at it again with `attune-sync plan`.',
      retry: 'soon',
    },
  );
}

async function record(
  transaction: Knex.Transaction,
  { actual }: Look,
  { id, changes }: GuardedSet,
  { who, started, ...given }: Pick<ApproveOptions, 'who' | 'why'> & { readonly started: Date },
): Promise<GivenApproval> {
  const { manager } = actual;
  // One line, as everything in history.
  const why = given.why?.replaceAll(/\s+/g, ' ').trim() || null;
  const { rows } = (await transaction.raw(
    `INSERT INTO attune_sync.approval (manager, plan, changes, who, why, expires)
     VALUES (?, ?, ?::jsonb, ?, ?, now() + interval '24 hours') RETURNING expires`,
    [manager, id, JSON.stringify(changes), who, why],
  )) as { rows: { expires: Date }[] };
  const expires = rows[0]?.expires ?? started;
  const targets = changes.map(({ pack }) => pack);
  const run = await beginRun(transaction, { manager, cause, who, started, targets, entries: {} });
  await recordApproved(transaction, run, changes, `until ${formatTime(expires)}${why === null ? '' : `: ${why}`}`);
  await finishRun(transaction, run, { outcome: 'unchanged', packs: [], problems: [] }, cause);
  return { manager, plan: id, who, why, expires, changes };
}

/** Its action is `approve`, so that it counts neither as what it approves nor as what became of the pack. */
async function recordApproved(
  transaction: Knex.Transaction,
  run: string,
  changes: readonly ApprovedChange[],
  until: string,
): Promise<void> {
  const rows = changes.map(({ pack, action }, index) => ({
    position: index + 1,
    pack,
    reason: `${action} approved ${until}`,
  }));
  await transaction.raw(
    `INSERT INTO attune_sync.run_change (run, position, pack, action, reason_code, reason, outcome, duration_ms)
     SELECT ?::bigint, r.position, r.pack, 'approve', 'approved', r.reason, 'applied', 0
       FROM jsonb_to_recordset(?::jsonb) AS r(position int, pack text, reason text)`,
    [run, JSON.stringify(rows)],
  );
}
