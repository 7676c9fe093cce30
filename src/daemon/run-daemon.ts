import type { Context } from '../context.ts';
import type { Database } from '../database/database.ts';
import type { Desired } from '../desired/desired.ts';
import { createKnownRefs } from '../desired/known-refs.ts';
import type { FailedTests } from '../pack-tests/failed-tests.ts';
import type { reconcile } from '../reconcile.ts';
import { watchDirectories } from '../sources/watch-directories.ts';
import { createCollector } from './collect-garbage.ts';
import { createHourlySweep, type Sweep } from './hourly-sweep.ts';
import { keepDatabase } from './keep-database.ts';
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
  let ready = false;

  try {
    report.start(fixed);
    await watcher.ready();
    await runLoop<PassReport>({
      nudge,
      timing,
      signal,
      intervalMs: config.sync.intervalMs,
      pass: async (pass) => {
        const end = await runPass(context, pass, {
          reconcile: options.reconcile,
          who: options.who,
          database,
          timing,
          knownRefs,
          failedTests,
          // A commit is proof by itself. As long as one directory is read, a pack may be about to turn up in it.
          ...(fixed.length === 0 || config.sync.removalDelayMs === 0 ? {} : { absences }),
          onPlan: (plan) => report.plan(plan, pass),
          onDesired: pass.targets === undefined ? watchSources : () => {},
        });
        if (!('error' in end)) await sweep({ ...context, database: await database.get() });
        await Promise.all([watcher.ready(), sourceWatcher.ready()]);
        collectGarbage();
        return end;
      },
      passed: (end, pass, nextMs) => {
        report.passed(end, pass, nextMs);
        if (ready || signal.aborted || 'error' in end) return;
        ready = true;
        options.onReady?.();
      },
    });
  } finally {
    await Promise.all([watcher.close(), sourceWatcher.close()]);
    await database.close();
    log.info('Stopped.');
  }
}
