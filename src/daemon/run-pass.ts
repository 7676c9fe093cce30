import type { FailedChanges } from '../apply/failed-changes.ts';
import type { LongSteps } from '../apply/long-steps.ts';
import type { PackResult, RunResult } from '../apply/result.ts';
import type { Context } from '../context.ts';
import type { Desired } from '../desired/desired.ts';
import type { Remotes } from '../desired/remotes.ts';
import { SyncError } from '../errors.ts';
import type { LookMemory } from '../look-quiet.ts';
import type { FailedTests } from '../pack-tests/failed-tests.ts';
import type { Plan } from '../plan/plan.ts';
import type { Progress } from '../progress.ts';
import type { reconcile } from '../reconcile.ts';
import type { KeptDatabase } from './keep-database.ts';
import type { AbsenceProof } from './prove-absence.ts';
import type { Failing } from './retries.ts';
import type { Pass } from './run-loop.ts';
import type { Timing } from './timing.ts';

/** How a pass ended, `durationMs` after it began. */
export type PassReport =
  | {
      readonly failing: readonly Failing[];
      readonly dueMs: number;
      readonly result: RunResult;
      readonly durationMs: number;
    }
  | { readonly again: 'soon' | 'on-change'; readonly error: unknown; readonly durationMs: number };

export interface PassOptions {
  readonly reconcile: typeof reconcile;
  readonly who: string;
  readonly database: KeptDatabase;
  readonly timing: Timing;
  /** What the daemon knows of remotes when the pass begins. */
  readonly remotes: Remotes;
  /** Whether it is a remote that keeps a pack waiting: then that has its own time, and is tried without a pass. */
  readonly waitsForRemote: (ref: string) => boolean;
  /** What calls off builds and tests. */
  readonly longSteps?: LongSteps;
  /** What was read and planned before; kept from pass to pass, as long as this daemon leads. */
  readonly memory?: LookMemory;
  /** Tests of packs that failed; kept from pass to pass. */
  readonly failedTests?: FailedTests;
  /** Changes that failed, until it is their time; kept from pass to pass. */
  readonly failedChanges?: FailedChanges;
  /** Kept from pass to pass; undefined where one reading is proof. */
  readonly absences?: AbsenceProof;
  /** As of `SidesOptions`: where somebody waits for a change that has nothing to do with files. */
  readonly filesRecentMs?: number;
  /** When all packs are to be looked at again beside that, on the clock of `timing`; asked when the pass is done. */
  readonly dueMs?: () => number;
  readonly onPlan: (plan: Plan) => void;
  readonly onDesired: (desired: Desired) => void;
}

/** Another process that holds the writer lock is given this long before the pass is put off. */
const lockTimeoutMs = 30_000;

/** One reconcile as data: what it throws is in the result, and the database is opened anew after it. Never rejects. */
export async function runPass(context: Context, pass: Pass, options: PassOptions): Promise<PassReport> {
  const { database, timing, remotes, absences, failedTests, failedChanges, onPlan, onDesired } = options;
  for (const ref of pass.targets ?? []) failedChanges?.delete(ref);
  const startedMs = timing.now();
  try {
    const { result } = await options.reconcile(
      {
        ...context,
        progress: isExpected(pass) ? context.progress : readByRoutine(context.progress),
        database: await database.get(),
      },
      {
        cause: 'daemon',
        who: options.who,
        lockTimeoutMs,
        ...(pass.targets === undefined ? {} : { targets: pass.targets }),
        remotes,
        isRoutine: !isExpected(pass),
        ...(options.longSteps === undefined ? {} : { longSteps: options.longSteps }),
        ...(absences === undefined ? {} : { prove: absences.beginReading() }),
        ...(failedTests === undefined ? {} : { failedTests }),
        ...(options.memory === undefined ? {} : { memory: options.memory }),
        ...(failedChanges === undefined ? {} : { failedChanges }),
        ...(options.filesRecentMs === undefined ? {} : { filesRecentMs: options.filesRecentMs }),
        onDesired,
        onPlan,
      },
    );
    if (result === null) throw new Error('reconcile gave no result although nobody said no');
    requireLeadership(result);
    const dueMs = Math.min(
      absences?.dueMs() ?? Number.POSITIVE_INFINITY,
      options.dueMs?.() ?? Number.POSITIVE_INFINITY,
    );
    const isOwn = (pack: PackResult) => isFailing(pack) && !options.waitsForRemote(pack.ref);
    // What has no retry planned must not wait for one.
    for (const pack of result.packs) if (pack.retry && !isOwn(pack)) failedChanges?.delete(pack.ref);
    return { failing: result.packs.filter(isOwn).map(failing), dueMs, result, durationMs: elapsed() };
  } catch (error) {
    const again = error instanceof SyncError && error.retry !== 'soon' ? 'on-change' : 'soon';
    if (again === 'soon' && !(error instanceof SyncError && error.code === notLeader)) await database.drop();
    return { again, error, durationMs: elapsed() };
  }

  function elapsed(): number {
    return timing.now() - startedMs;
  }
}

const notLeader = 'not-leader';

/** It is the daemon that was refused, not its packs. @throws SyncError `not-leader` */
function requireLeadership({ packs }: RunResult): void {
  const refused = packs.flatMap(({ problems }) => problems).find(({ code }) => code === notLeader);
  if (refused !== undefined) throw new SyncError(refused.code, refused.message, { retry: 'soon', problems: [refused] });
}

/** Somebody waits for it. */
function isExpected({ cause }: Pass): boolean {
  return cause === 'start' || cause === 'change';
}

/** Passes that come by themselves would fill a log with what they read; what they then do is told. */
function readByRoutine(progress: Progress): Progress {
  return {
    step: progress.step,
    phase: (step, total, work) => progress.phase(step, total, work, { isRoutine: step === 'fetch' }),
  };
}

/** A proof of absence has its own time: trying sooner cannot help. */
function isFailing({ retry, problems }: PackResult): boolean {
  return retry && problems.every(({ code }) => code !== 'absence-unproven');
}

function failing({ ref, action, to, untried }: PackResult): Failing {
  const state = [action, to?.version, to?.digest, to?.commit].join(' ');
  return { ref, state, ...(untried === undefined ? {} : { untried }) };
}
