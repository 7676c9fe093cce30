import type { FailedChanges } from '../apply/failed-changes.ts';
import type { Context } from '../context.ts';
import type { Desired } from '../desired/desired.ts';
import { problemsOf } from '../errors.ts';
import type { Events } from '../events/create-events.ts';
import { createLookMemory } from '../look-quiet.ts';
import type { FailedTests } from '../pack-tests/failed-tests.ts';
import { watchDirectories } from '../sources/watch-directories.ts';
import { createCollector } from './collect-garbage.ts';
import type { DaemonOptions } from './daemon-options.ts';
import type { LookAnswer } from './daemon-view.ts';
import { filesRecentMs } from './files-recent.ts';
import { createFights } from './find-fights.ts';
import { createHourlySweep } from './hourly-sweep.ts';
import type { KeptDatabase } from './keep-database.ts';
import type { KeptState } from './keep-state.ts';
import type { LookRequests } from './look-requests.ts';
import type { Nudge } from './nudge.ts';
import { createAbsenceProof } from './prove-absence.ts';
import { publishLeft } from './publish-left.ts';
import { createReporter } from './report-pass.ts';
import { runLoop } from './run-loop.ts';
import { type PassReport, runPass } from './run-pass.ts';
import { openSources } from './sources/open-sources.ts';
import { createSupersede, readAside } from './supersede.ts';
import { createPassTeller } from './tell-pass.ts';
import { tellRetries } from './tell-retries.ts';
import type { Timing } from './timing.ts';
import { watchSuspensions } from './watch-suspensions.ts';
import { desiredDirectories, sourceDirectories } from './watched-directories.ts';
import { whoCaused } from './who-caused.ts';

/** What a daemon hands to its loop for as long as it leads. */
export interface LeadOptions {
  readonly options: DaemonOptions;
  readonly timing: Timing;
  /** Writes through it are refused once another leads. */
  readonly database: KeptDatabase;
  readonly state: KeptState;
  readonly events: Events;
  /** Of this leadership alone; each nudges `nudge`. */
  readonly requests: LookRequests;
  readonly nudge: Nudge;
  /** Called once, after the first pass that neither failed as a whole nor was called off. */
  readonly onReady: () => void;
}

/**
 * Watches and makes passes until `context.signal` aborts: the daemon stops, or leads no longer. The pack in hand is
 * finished. Nothing that a pass meets ends it.
 */
export async function lead(context: Context, given: LeadOptions): Promise<void> {
  const { config, log, signal } = context;
  const { options, timing, database, state, events, requests, nudge } = given;
  const sources = openSources(context, {
    timing,
    events,
    onNews: () => look(),
    onStates: () => state.update({ sources: sources.states() }),
  });
  const supersede = createSupersede({ log, read: (refs) => readAside(context, refs, sources.beginReading().remotes) });
  const look = () => {
    sources.giveWay();
    nudge.nudge();
    supersede.nudge();
  };
  requests.prepare(async (request) => {
    await sources.askFor(request);
    supersede.nudge();
  });
  const failedTests: FailedTests = new Map();
  const memory = createLookMemory();
  const failedChanges: FailedChanges = new Map();
  const report = createReporter(context, options);
  const fixed = desiredDirectories(config.desiredState);
  const absences = createAbsenceProof(config.sync.removalDelayMs, timing, context.now);
  const watching = {
    onError: (error: Error) => log.warn(`Watching is incomplete, the interval makes up for it: ${error.message}`),
  };
  const onEntry = () => {
    absences.reset();
    sources.retryNow();
    look();
  };
  const watcher = watchDirectories(fixed, onEntry, watching);
  // Apart from the entries: that a pack's files are edited says nothing of documents.
  const sourceWatcher = watchDirectories([], look, watching);
  const watchSources = (desired: Desired) => {
    const sources = sourceDirectories(desired, config.desiredState);
    report.watching(sources);
    sourceWatcher.update(sources.filter((path) => !fixed.includes(path)));
  };
  const suspensions = watchSuspensions({ emit: events.emit, log: log.info, timing, now: context.now });
  const tell = createPassTeller(events.emit);
  const fights = createFights(context.now);
  const collectGarbage = createCollector();
  const sweep = createHourlySweep(options.sweep, timing);
  const left = publishLeft(context, { who: options.who, database, timing });
  let ready = false;

  try {
    report.start(fixed);
    await watcher.ready();
    await runLoop<PassReport>({
      nudge,
      timing,
      signal,
      forget: () => failedChanges.clear(),
      intervalMs: config.sync.intervalMs,
      pass: async (pass) => {
        const asked = requests.take();
        const startedAt = context.now();
        sources.giveWay();
        const reading = sources.beginReading();
        supersede.begin();
        state.update({ pass: { pass, startedAt }, nextLookAt: null });
        events.emit({ type: 'pass-started', cause: pass.cause, targets: pass.targets ?? null });
        const end = await runPass(context, pass, {
          reconcile: options.reconcile,
          who: whoCaused(options.who, [...asked.requests, ...asked.prepared]),
          database,
          timing,
          remotes: reading.remotes,
          waitsForRemote: sources.waitsFor,
          longSteps: supersede.steps,
          failedTests,
          memory,
          failedChanges,
          filesRecentMs: filesRecentMs(pass, asked.requests, {
            intervalMs: config.sync.intervalMs,
            packs: state.read().plan?.unchanged.length ?? 0,
          }),
          // A commit is proof by itself. As long as one directory is read, a pack may be about to turn up in it.
          ...(fixed.length === 0 || config.sync.removalDelayMs === 0 ? {} : { absences }),
          dueMs: suspensions.dueMs,
          onPlan: (plan) => {
            state.update({ plan });
            if (pass.targets === undefined) suspensions.seen(plan);
            report.plan(plan, pass);
          },
          onDesired: (desired) => {
            const isWhole = pass.targets === undefined;
            sources.read(reading, desired, isWhole);
            supersede.goesBy(desired);
            if (!isWhole) return;
            state.update({ desired });
            watchSources(desired);
          },
        });
        if (!('error' in end)) await sweep({ ...context, database: await database.get() });
        await Promise.all([watcher.ready(), sourceWatcher.ready()]);
        if (!('error' in end)) left.look();
        collectGarbage();
        const endedAt = context.now();
        const isWhole = pass.targets === undefined && !('error' in end);
        state.update({
          pass: null,
          sources: sources.states(),
          last: { pass, report: end, endedAt },
          ...(isWhole ? { lastWholeAt: endedAt } : {}),
        });
        asked.answer(answerOf(end));
        sources.goOn();
        return end;
      },
      passed: (end, pass, nextMs, planned) => {
        const nowMs = context.now().getTime();
        const retries = tellRetries(planned, end, { nowMs, clockMs: timing.now(), retryOf: sources.retryOf });
        report.passed(end, pass, { nextMs, retries, endedAt: new Date(nowMs) });
        const { plan } = state.read();
        if (plan !== null && !('error' in end) && config.sync.drift === 'repair') {
          for (const fight of fights.count(plan, end.result)) {
            const { ref, component, field, times } = fight;
            events.emit({ type: 'fight', ref, component, field, times });
            report.fight(fight);
          }
        }
        tell(end, pass, { nextMs, retries });
        state.update({ fights: fights.list(), retries, nextLookAt: new Date(nowMs + nextMs) });
        if (ready || signal.aborted || 'error' in end) return;
        ready = true;
        given.onReady();
      },
    });
  } finally {
    await left.close();
    await Promise.all([watcher.close(), sourceWatcher.close(), sources.close(), supersede.close()]);
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
