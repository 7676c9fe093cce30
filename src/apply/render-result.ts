import type { Problem } from '../errors.ts';
import type { Json, JsonObject } from '../json.ts';
import { countTests } from '../pack-tests/count-tests.ts';
import type { Action } from '../plan/plan.ts';
import { countOf } from '../plan/render/render-summary.ts';
import { gatherShared } from '../problems/gather-shared.ts';
import { renderProblems } from '../problems/render-problems.ts';
import { formatDuration } from '../text/format-duration.ts';
import { createPaint, type Paint } from '../text/paint.ts';
import { type Cell, renderTable } from '../text/render-table.ts';
import { hangText } from '../text/wrap-text.ts';
import type { PackResult, RunResult } from './result.ts';

const done: Readonly<Record<Action, { readonly word: string; readonly sign: string }>> = {
  install: { word: 'installed', sign: '+' },
  reinstall: { word: 'reinstalled', sign: '~' },
  configure: { word: 'configured', sign: '~' },
  repair: { word: 'repaired', sign: '~' },
  adopt: { word: 'adopted', sign: '=' },
  remove: { word: 'removed', sign: '-' },
  forget: { word: 'forgotten', sign: '=' },
};

const columns = [
  { header: '' },
  { header: 'PACK', wrapTo: 24 },
  { header: 'OUTCOME' },
  { header: 'VERSION', wrapTo: 16 },
  { header: 'TIME' },
];
const testsColumn = { header: 'TESTS' };

interface ResultOptions {
  readonly color: boolean;
  readonly width: number;
  /** Files below it are shown relative to it. */
  readonly base?: string;
  /** Of a terminal: problems are wrapped there alone. */
  readonly columns?: number;
}

/** One line a pack with its outcome and duration, then what went wrong, and the summary always as the last line. */
export function renderResultText(result: RunResult, { width, ...show }: ResultOptions): string {
  const paint = createPaint(show.color);
  const isTested = result.packs.some(({ tests }) => tests !== undefined);
  const table =
    result.packs.length === 0
      ? []
      : renderTable(
          isTested ? [...columns, testsColumn] : columns,
          result.packs.map((pack) => [...row(pack, paint), ...(isTested ? [testsCell(pack, paint)] : [])]),
          { width: width, headerPaint: paint.dim },
        );
  const stopped = result.packs.filter(isStopped);
  const others = result.packs.filter((pack) => !isStopped(pack));
  const problems = [...gatherShared(others, named), ...result.problems];
  const sections = [
    table.join('\n'),
    problems.length === 0 ? '' : renderProblems(problems, show).trimEnd(),
    sayStopped(stopped, show.columns).join('\n'),
    paint.bold(`${renderResultSummary(result)}${stopped.length === 0 ? '' : ' Running it again continues.'}`),
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

/** Somebody asked for it: it is no error. */
function isStopped({ outcome, problems }: PackResult): boolean {
  return outcome === 'skipped' && problems.some(({ code }) => code === 'stopped');
}

/** A line for what several of them were stopped at alike. */
function sayStopped(packs: readonly PackResult[], columns = Number.POSITIVE_INFINITY): readonly string[] {
  const refs = new Map<string, readonly string[]>();
  for (const { ref, problems } of packs) {
    const [{ message } = { message: 'stopped' }] = problems;
    refs.set(message, [...(refs.get(message) ?? []), ref]);
  }
  return [...refs].flatMap(([message, named]) => hangText('', `${named.join(', ')}: ${message}`, columns, 4));
}

/** `Applied 3 packs in 1.2 s: 2 installed, 1 reinstalled. 1 blocked.` */
export function renderResultSummary(result: RunResult): string {
  const applied = result.packs.filter(({ outcome }) => outcome === 'applied');
  const others = (['blocked', 'failed', 'skipped', 'unreadable'] as const)
    .map((outcome) => [result.packs.filter((pack) => pack.outcome === outcome).length, outcome] as const)
    .filter(([count]) => count > 0)
    .map(([count, outcome]) => `${count} ${outcome}`);
  const errors = result.problems.filter(({ severity }) => severity === 'error').length;
  const troubled = [...others, ...(errors > 0 ? [countOf(errors, 'error')] : [])];
  const trouble = troubled.length === 0 ? '' : ` ${troubled.join(', ')}.`;
  if (applied.length > 0) {
    return `Applied ${countOf(applied.length, 'pack')} in ${formatDuration(result.durationMs)}: ${byAction(applied)}.${trouble}`;
  }
  if (trouble !== '') return `Nothing was applied.${trouble}`;
  return `No changes. ${countOf(result.unchanged, 'pack matches', 'packs match')} the desired state.`;
}

/** The result for machines; `formatVersion` counts as in a plan. */
export function renderResultJson(result: RunResult): JsonObject {
  return { formatVersion: 1, ...(result as unknown as Record<string, Json>) };
}

function byAction(applied: readonly PackResult[]): string {
  return Object.entries(done)
    .map(([action, { word }]) => [applied.filter((pack) => pack.action === action).length, word] as const)
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${count} ${word}`)
    .join(', ');
}

function row(pack: PackResult, paint: Paint): Cell[] {
  const { outcome, action } = pack;
  const applied = outcome === 'applied';
  const colour = applied ? paint.green : outcome === 'skipped' ? paint.yellow : paint.red;
  return [
    { text: applied && action !== null ? done[action].sign : outcome === 'unreadable' ? '?' : '!', paint: colour },
    { text: pack.ref, paint: paint.bold },
    { text: applied && action !== null ? done[action].word : outcome, paint: colour },
    { text: versions(pack) },
    { text: applied || outcome === 'failed' ? formatDuration(pack.durationMs) : '', paint: paint.dim },
  ];
}

/** `12 passed`, `2 of 12 failed`. */
function testsCell({ tests }: PackResult, paint: Paint): Cell {
  if (tests === undefined) return { text: '' };
  if (tests.outcome === 'skipped') return { text: 'skipped', paint: paint.yellow };
  const colour = tests.outcome === 'failed' ? paint.red : tests.failed > 0 ? paint.yellow : paint.green;
  return { text: countTests(tests), paint: colour };
}

function versions({ from, to }: PackResult): string {
  if (from === null || to === null || from.version === to.version) return to?.version ?? from?.version ?? '';
  return `${from.version} → ${to.version}`;
}

/** A problem says which pack it concerns, where its message does not. */
function named(ref: string, problem: Problem): Problem {
  return problem.message.includes(ref) ? problem : { ...problem, message: `${ref}: ${problem.message}` };
}
