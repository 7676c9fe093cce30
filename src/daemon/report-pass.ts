import { dirname, relative, sep } from 'node:path';
import { renderResultSummary } from '../apply/render-result.ts';
import type { PackResult } from '../apply/result.ts';
import type { Context } from '../context.ts';
import { problemsOf } from '../errors.ts';
import type { Plan } from '../plan/plan.ts';
import { renderPlanText } from '../plan/render/render-plan-text.ts';
import { causeOf } from '../problems/gather-shared.ts';
import { endSentence } from '../text/end-sentence.ts';
import { formatDuration } from '../text/format-duration.ts';
import type { Fight } from './daemon-state.ts';
import { logPlan } from './log-plan.ts';
import type { Pass } from './run-loop.ts';
import type { PassReport } from './run-pass.ts';
import { roughly, sayProblem } from './say-problem.ts';
import type { AfterPass } from './tell-pass.ts';

/** What a daemon says while it runs. */
export interface Reporter {
  start(directories: readonly string[]): void;
  /** The sources it watches, told where they are others than before. */
  watching(directories: readonly string[]): void;
  /** The plan's text, where it has something to say that was not said last of the same packs. */
  plan(plan: Plan, pass: Pass): void;
  /** One line a pass, and one for everything that failed in it; what comes by itself and finds nothing new is quiet. */
  passed(end: PassReport, pass: Pass, after: AfterPass & { readonly endedAt: Date }): void;
  /** A warning with a remedy. */
  fight(fight: Fight): void;
}

interface ReportOptions {
  readonly show?: (text: string) => void;
  readonly logsData?: boolean;
  readonly color?: boolean;
  readonly width?: number;
}

/** Remembers what it said last, so that a daemon does not repeat itself. */
export function createReporter({ config, log, signal }: Context, options: ReportOptions): Reporter {
  const { color = false, width = 100 } = options;
  const listed = (directories: readonly string[]) => listDirectories(directories, dirname(config.file));
  const showLines = (text: string) => {
    for (const line of text.split('\n')) if (line.trim() !== '') log.info(line);
  };
  const show = options.show ?? showLines;
  let lastSources = '';
  const lastUnread = new Map<boolean, string>();
  const lastPlans = new Map<string, string>();
  const lastSummaries = new Map<string, string>();
  const lastTests = new Map<string, string>();

  return {
    start(directories) {
      const where = directories.length === 0 ? 'No directory holds documents' : `Watching ${listed(directories)}`;
      log.info(`${where}; remotes are looked at every ${roughly(config.sync.intervalMs)}.`);
    },
    watching(directories) {
      const sources = listed(directories);
      if (sources !== '' && sources !== lastSources) log.info(`Watching the packs in ${sources}.`);
      lastSources = sources;
    },
    plan(plan, { targets = [] }) {
      const text = saysNothing(plan) ? '' : renderPlanText(plan, { color, width });
      const packs = targets.join(' ');
      if (text !== '' && text !== lastPlans.get(packs)) {
        if (options.logsData) logPlan(log, plan);
        else show(text);
      }
      lastPlans.set(packs, text);
    },
    fight({ component, field, times }) {
      log.warn(
        `${field} of ${component} was repaired ${times} times within an hour: somebody else writes it too. Find out who; then change it in the pack or its document, or take it out of there. \`sync.drift: report\` ends the repairs. [fight]`,
      );
    },
    passed(end, { cause, targets = [] }, { nextMs, retries, endedAt }) {
      if ('error' in end) {
        lastSummaries.clear();
        if (signal.aborted) return;
        const again = `It is tried again in ${roughly(nextMs)}.`;
        for (const problem of problemsOf(end.error))
          log.error(`${sayProblem(problem)} ${again}`, { code: problem.code });
        return;
      }
      if (end.result.packs.some(({ outcome }) => outcome === 'applied')) lastPlans.clear();
      const sayRetry = (refs: readonly string[]) => sayWhen(refs, retries, endedAt);
      const { run } = end.result;
      for (const { text, refs, code } of failures(end.result.packs, sayRetry))
        log.error(text, name({ refs, code, run }));
      for (const isTried of [true, false]) {
        const unread = end.result.packs.filter(
          ({ ref, outcome, retry }) => outcome === 'unreadable' && retries.has(ref) === isTried && (isTried || !retry),
        );
        const refs = unread.map(({ ref }) => ref);
        const named = refs.join(', ');
        const text = `${named} could not be read.${isTried ? sayRetry(refs) : sayWaiting(refs.length)}`;
        if (named !== '' && named !== lastUnread.get(isTried))
          log.warn(text, name({ refs, code: unread[0]?.problems[0]?.code }));
        lastUnread.set(isTried, named);
      }
      for (const pack of end.result.packs) {
        const { ref } = pack;
        const text = sayTests(pack);
        if (text !== undefined && text !== lastTests.get(ref))
          log.error(text, name({ refs: [ref], code: 'tests-failed', run }));
        if (text === undefined) lastTests.delete(ref);
        else lastTests.set(ref, text);
      }
      const last = signal.aborted ? '' : `; next look in ${roughly(nextMs)}`;
      const summary = renderResultSummary(end.result);
      const packs = targets.join(' ');
      const isNews = cause === 'start' || cause === 'change' || summary !== lastSummaries.get(packs);
      lastSummaries.set(packs, summary);
      const { outcome, durationMs } = { ...end.result, ...end };
      const fields = {
        cause,
        outcome,
        durationMs: Math.round(durationMs),
        nextMs: Math.round(nextMs),
        ...name({ run }),
      };
      log[isNews ? 'info' : 'debug'](`${summary} Took ${formatDuration(durationMs)}${last}.`, fields);
    },
  };
}

function saysNothing({ changes, unreadable, problems, overrides }: Plan): boolean {
  return [changes, unreadable, problems, overrides].every((list) => list.length === 0);
}

/** Fields of a line, by which it is found: the pack, or the packs where they are several. */
function name({ refs = [], code, run }: { refs?: readonly string[]; code?: string | undefined; run?: string | null }) {
  const [ref] = refs;
  return {
    ...(refs.length > 1 ? { refs } : ref === undefined ? {} : { ref }),
    ...(code === undefined ? {} : { code }),
    ...(run === undefined || run === null ? {} : { run }),
  };
}

interface Failure {
  readonly text: string;
  readonly refs: readonly string[];
  readonly code: string | undefined;
}

/** What failed, and once for all packs what failed them alike. */
function failures(packs: readonly PackResult[], sayRetry: (refs: readonly string[]) => string): readonly Failure[] {
  const failed = packs.filter(({ outcome, untried }) => outcome === 'failed' && untried === undefined);
  const groups = new Map<string, PackResult[]>();
  for (const pack of failed) {
    const cause = JSON.stringify([pack.problems.map(causeOf), pack.retry]);
    groups.set(cause, [...(groups.get(cause) ?? []), pack]);
  }
  return [...groups.values()].flatMap(([first, ...others]) => {
    if (first === undefined) return [];
    const all = [first, ...others];
    const refs = all.map(({ ref }) => ref);
    const again = first.retry ? sayRetry(refs) : sayWaiting(all.length);
    const text = `${refs.join(', ')} failed: ${first.problems.map(sayProblem).join(' ')}${sayStaying(all)}${again}`;
    return { text, refs, code: first.problems[0]?.code };
  });
}

function sayWaiting(packs: number): string {
  return packs === 1 ? ' It waits for a change.' : ' They wait for a change.';
}

/** Packs that failed together have times of their own, so that they do not come back together. */
function sayWhen(refs: readonly string[], retries: AfterPass['retries'], now: Date): string {
  const times = refs.flatMap((ref) => retries.get(ref)?.at.getTime() ?? []);
  if (times.length === 0) return '';
  const last = roughly(Math.max(0, Math.max(...times) - now.getTime()));
  return times.length === 1 ? ` It is tried again in ${last}.` : ` They are tried again within ${last}.`;
}

/** Of a pack that failed its tests; undefined where it did not. */
function sayTests({ ref, problems, from, to }: PackResult): string | undefined {
  const failed = problems.find(({ code }) => code === 'tests-failed');
  if (failed === undefined) return undefined;
  const isNew = from !== null && to !== null && from.version !== to.version;
  const what =
    from === null || to === null ? ref : isNew ? `${ref} ${to.version}` : `new content of ${ref} ${to.version}`;
  const stays = from === null ? ':' : `${isNew ? `, ${from.version} stays` : ', the installed one stays'}:`;
  const end = failed.severity === 'error' ? `is not installed${stays}` : 'is installed although';
  return `${what} ${end} ${endSentence(failed.message)} \`attune-sync pack log ${ref}\` shows all that they said. [tests-failed]`;
}

/** Of packs that failed, those that run on as they are installed. */
function sayStaying(packs: readonly PackResult[]): string {
  const staying = packs.flatMap(({ ref, from, to }) =>
    from === null || to === null ? [] : [`${ref} ${from.version}`],
  );
  if (staying.length === 0) return '';
  return ` ${staying.join(', ')} ${staying.length === 1 ? 'stays' : 'stay'} installed.`;
}

/** Relative to the configuration file where they are below it; counted where there are many. */
function listDirectories(directories: readonly string[], base: string): string {
  if (directories.length > 8) return `${directories.length} directories`;
  return directories.map((path) => shorten(path, base)).join(', ');
}

function shorten(path: string, base: string): string {
  const short = relative(base, path);
  if (short === '') return '.';
  return short === '..' || short.startsWith(`..${sep}`) ? path : short;
}
