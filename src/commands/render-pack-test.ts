import type { Json, JsonObject } from '../json.ts';
import { countTests } from '../pack-tests/count-tests.ts';
import type { SuiteResult, TestResult } from '../pack-tests/test-result.ts';
import { renderProblems } from '../problems/render-problems.ts';
import { formatDuration } from '../text/format-duration.ts';
import { createPaint, type Paint } from '../text/paint.ts';
import { printable } from '../text/printable.ts';
import { renderTable } from '../text/render-table.ts';
import type { PackTest } from './pack-test.ts';

interface ShowOptions {
  readonly color: boolean;
  readonly width: number;
  /** Files below it are shown relative to it. */
  readonly base?: string;
  /** Of a terminal: problems are wrapped there alone. */
  readonly columns?: number;
}

const columns = [
  { header: '' },
  { header: 'RUNNER', wrapTo: 20 },
  { header: 'TYPE' },
  { header: 'TESTS' },
  { header: 'TIME' },
];

/** A line for each runner, then what failed ones wrote last, and the summary always as the last line. */
export function renderPackTestText(test: PackTest, { width, ...show }: ShowOptions): string {
  const paint = createPaint(show.color);
  const { result, problems } = test;
  const suites = result?.suites ?? [];
  const rows = suites.map((suite) => row(suite, paint));
  const sections = [
    problems.length === 0 ? '' : renderProblems(problems, show).trimEnd(),
    rows.length === 0 ? '' : renderTable(columns, rows, { width, headerPaint: paint.dim }).join('\n'),
    ...suites.filter(({ failed }) => failed > 0).map((suite) => explain(suite, paint)),
    paint.bold(summarise(test)),
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

/** All of it for machines; `tests` is null where the pack brings none. */
export function renderPackTestJson({ result, ...pack }: PackTest): JsonObject {
  return { formatVersion: 1, ...(pack as unknown as Record<string, Json>), tests: result as unknown as Json };
}

function row(suite: SuiteResult, paint: Paint) {
  const isSound = suite.failed === 0;
  const colour = isSound ? paint.green : paint.red;
  return [
    { text: isSound ? '+' : '!', paint: colour },
    { text: printable(suite.name), paint: paint.bold },
    { text: printable(suite.type) },
    { text: countTests(suite), paint: colour },
    { text: formatDuration(suite.durationMs), paint: paint.dim },
  ];
}

const mostNamed = 20;

function explain({ name, fault, cases, lines }: SuiteResult, paint: Paint): string {
  const failed = cases.filter(({ status }) => status === 'failed');
  const hidden = failed.length - mostNamed;
  return [
    paint.bold(`${printable(name)}:${fault === null ? '' : ` ${printable(fault)}`}`),
    ...failed.slice(0, mostNamed).map((one) => `  ${printable(one.name)}`),
    ...(hidden > 0 ? [`  and ${hidden} more`] : []),
    ...lines.split('\n').flatMap((line) => (line === '' ? [] : [`  | ${printable(line)}`])),
  ].join('\n');
}

function summarise({ ref, version, result, stored }: PackTest): string {
  const pack = `${ref} ${version}`;
  if (result === null) return `${pack} brings no tests.`;
  return `The tests of ${pack} ${describe(result)}.${stored ? ' Attune has the result.' : ''}`;
}

function describe(result: TestResult): string {
  const took = formatDuration(result.durationMs);
  return result.why === null
    ? `passed in ${took}: ${countTests(result)}`
    : `failed in ${took}: ${printable(result.why)}`;
}
