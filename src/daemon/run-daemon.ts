import type { Context } from '../context.ts';
import type { Database } from '../database/database.ts';
import type { Desired } from '../desired/desired.ts';
import { createKnownRefs } from '../desired/known-refs.ts';
import { problemsOf } from '../errors.ts';
import { createEvents } from '../events/create-events.ts';
import type { FailedTests } from '../pack-tests/failed-tests.ts';
import type { reconcile } from '../reconcile.ts';
import { watchDirectories } from '../sources/watch-directories.ts';
import { createCollector } from './collect-garbage.ts';
import type { Companion, DaemonView, LookAnswer } from './daemon-view.ts';
import { createHourlySweep, type Sweep } from './hourly-sweep.ts';
import { keepDatabase } from './keep-database.ts';
import { keepState } from './keep-state.ts';
import { createLookRequests } from './look-requests.ts';
import { createNudge } from './nudge.ts';
import { createAbsenceProof } from './prove-absence.ts';
import { createReporter } from './report-pass.ts';
import { runLoop } from './run-loop.ts';
import { type PassReport, runPass } from './run-pass.ts';
import { realTiming, type Timing } from './timing.ts';
import { desiredDirectories, sourceDirectories } from './watched-directories.ts';

export interface DaemonOptions {
  /** Who runs this, for people: `user@host`. */
  readonly who: string;
  readonly reconcile: typeof reconcile;
  /** Opens the database: at the first pass, and again after it was lost. The daemon closes it. */
  readonly openDatabase: () => Promise<Database>;
  /** Deletes what nobody needs any more; called between passes, at most hourly. */
  readonly sweep?: Sweep;
  /** What runs beside the loop. */
  readonly companions?: readonly Companion[];
  /** Called once, after the first pass that neither failed as a whole nor was called off. */
  readonly onReady?: () => void;
  /** Takes the plan's text where there is something to say; without it, it is logged line by line. */
  readonly show?: (text: string) => void;
  readonly color?: boolean;
  readonly width?: number;
  readonly timing?: Timing;
}

/**
 * Keeps what is installed as desired until `context.signal` aborts: then the pack in hand is finished and everything
 * closed. Nothing that a pass meets ends it: what failed is logged with when it is tried next.
 */
export async function runDaemon(context: Context, options: DaemonOptions): Promise<void> {
  const { config, log, signal } = context;
  const timing = options.timing ?? realTiming;
  const nudge = createNudge(timing);
  const state = keepState(context.now);
  const events = createEvents({
    now: context.now,
    onError: (error) =>
      log.warn(
        `An event was not told: ${problemsOf(error)
          .map(({ message }) => message)
          .join('; ')}`,
      ),
  });
  const requests = createLookRequests(({ by, who, refs = [] }) => {
    events.emit({ type: 'look-requested', by, who, refs });
    nudge.nudge();
  });
  const knownRefs = createKnownRefs();
  const failedTests: FailedTests = new Map();
  const database = keepDatabase(options.openDatabase);
  const report = createReporter(context, options);
  const fixed = desiredDirectories(config.desiredState);
  const absences = createAbsenceProof(config.sync.removalDelayMs, timing, context.now);
  const watching = {
    onError: (error: Error) => log.warn(`Watching is incomplete, the interval makes up for it: ${error.message}`),
  };
  const onEntry = () => {
    absences.reset();
    nudge.nudge();
  };
  const watcher = watchDirectories(fixed, onEntry, watching);
  // Apart from the entries: that a pack's files are edited says nothing of documents.
  const sourceWatcher = watchDirectories([], nudge.nudge, watching);
  const watchSources = (desired: Desired) => {
    const sources = sourceDirectories(desired, config.desiredState);
    report.watching(sources);
    sourceWatcher.update(sources.filter((path) => !fixed.includes(path)));
  };
  const collectGarbage = createCollector();
  const sweep = createHourlySweep(options.sweep, timing);
  const view: DaemonView = {
    context,
    who: options.who,
    events,
    database,
    state: state.read,
    requestLook: requests.add,
  };
  const companions: Awaited<ReturnType<Companion>>[] = [];
  let ready = false;

  try {
    for (const start of options.companions ?? []) companions.push(await start(view));
    state.update({ role: 'leader', leader: options.who });
    report.start(fixed);
    await watcher.ready();
    await runLoop<PassReport>({
      nudge,
      timing,
      signal,
      intervalMs: config.sync.intervalMs,
      pass: async (pass) => {
        const asked = requests.take();
        const startedAt = context.now();
        state.update({ pass: { pass, startedAt }, nextLookAt: null });
        events.emit({ type: 'pass-started', cause: pass.cause, targets: pass.targets ?? null });
        const end = await runPass(context, pass, {
          reconcile: options.reconcile,
          who: options.who,
          database,
          timing,
          knownRefs,
          failedTests,
          askRemotes: asked.requests.length > 0,
          // A commit is proof by itself. As long as one directory is read, a pack may be about to turn up in it.
          ...(fixed.length === 0 || config.sync.removalDelayMs === 0 ? {} : { absences }),
          onPlan: (plan) => {
            state.update({ plan });
            report.plan(plan, pass);
          },
          onDesired: pass.targets === undefined ? watchSources : () => {},
        });
        if (!('error' in end)) await sweep({ ...context, database: await database.get() });
        await Promise.all([watcher.ready(), sourceWatcher.ready()]);
        collectGarbage();
        const endedAt = context.now();
        const isWhole = pass.targets === undefined && !('error' in end);
        state.update({
          pass: null,
          last: { pass, report: end, endedAt },
          ...(isWhole ? { lastWholeAt: endedAt } : {}),
        });
        asked.answer(answerOf(end));
        return end;
      },
      passed: (end, pass, nextMs) => {
        report.passed(end, pass, nextMs);
        state.update({ nextLookAt: new Date(context.now().getTime() + nextMs) });
        if (ready || signal.aborted || 'error' in end) return;
        ready = true;
        options.onReady?.();
      },
    });
  } finally {
    state.update({ role: 'stopping' });
    requests.close('the daemon stopped');
    for (const companion of companions.reverse()) await companion.close();
    await Promise.all([watcher.close(), sourceWatcher.close()]);
    await database.close();
    log.info('Stopped.');
  }
}

function answerOf(end: PassReport): LookAnswer {
  if ('error' in end) {
    const said = problemsOf(end.error).map(({ message }) => message);
    return { outcome: 'not-done', why: said.join(' ') };
  }
  const { outcome, packs, run } = end.result;
  return { outcome, packs, run };
}
