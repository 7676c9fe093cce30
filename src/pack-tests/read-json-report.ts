import { isObject } from '../json.ts';
import { completeCounts, type TestCase, type TestCounts, type TestReport } from './test-result.ts';

type Mapping = Readonly<Record<string, unknown>>;

const mostCases = 1000;
const deepest = 10;

/**
 * What a JSON text says of tests, in the form of Attune's documentation (counts, `test_suites`, `test_cases`) in snake
 * and camel case, and in that of `pytest-json-report` (`summary`, `tests`); null where it says nothing of any.
 */
export function readJsonReport(text: string): TestReport | null {
  const value = parseLast(text);
  if (value === null) return null;
  const cases = listCases(value, 0).slice(0, mostCases);
  const counts = readCounts(value) ?? sumSuites(value) ?? countCases(cases);
  return counts === null ? null : { counts: withFailed(counts, cases), cases };
}

/** The object that the text is, or the last one that begins and ends a line of it: runners say more than their results. */
function parseLast(text: string): Mapping | null {
  const whole = parse(text);
  if (whole !== null) return whole;
  const lines = text.split(/\r?\n/);
  const ends = lines.flatMap((line, index) => (line.trimEnd().endsWith('}') ? [index] : []));
  const starts = lines.flatMap((line, index) => (line.startsWith('{') ? [index] : []));
  for (const start of starts.slice(-mostTries).reverse()) {
    for (const end of ends
      .filter((index) => index >= start)
      .slice(-mostTries)
      .reverse()) {
      const found = parse(lines.slice(start, end + 1).join('\n'));
      if (found !== null) return found;
    }
  }
  return null;
}

/** What a hostile text makes this do is bounded. */
const mostTries = 10;

function parse(text: string): Mapping | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

function readCounts(value: Mapping): TestCounts | null {
  const places = [value, value.summary, value.totals].filter(isObject);
  for (const place of places) {
    const number = (...names: readonly string[]) => names.map((name) => place[name]).find(Number.isFinite);
    const told = {
      total: number('total_tests', 'totalTests', 'total'),
      passed: addUp(number('passed'), number('xpassed'), number('xfailed')),
      failed: addUp(number('failed'), number('errors', 'error')),
      skipped: number('skipped'),
    };
    const given = Object.entries(told).filter(([, count]) => count !== undefined);
    // pytest-json-report leaves out what is none.
    const passed = place === value.summary && told.passed === undefined ? [['passed', 0]] : [];
    const counts = completeCounts(Object.fromEntries([...passed, ...given]) as Partial<TestCounts>);
    if (counts !== null && given.length > 0) return counts;
  }
  return null;
}

/** Undefined where none of them is told. */
function addUp(...counts: readonly unknown[]): number | undefined {
  const told = counts.filter((count) => typeof count === 'number');
  return told.length === 0 ? undefined : told.reduce((sum, count) => sum + count, 0);
}

function sumSuites(value: Mapping): TestCounts | null {
  const counts = listOf(value, suiteNames).map((suite) => readCounts(suite) ?? countCases(listCases(suite, 1)));
  if (counts.length === 0 || counts.some((one) => one === null)) return null;
  const sum = (name: keyof TestCounts) => counts.reduce((total, one) => total + (one?.[name] ?? 0), 0);
  return completeCounts({ total: sum('total'), passed: sum('passed'), failed: sum('failed'), skipped: sum('skipped') });
}

const suiteNames = ['test_suites', 'testSuites', 'suites'];
const caseNames = ['test_cases', 'testCases', 'cases', 'tests'];

function listCases(value: Mapping, depth: number): TestCase[] {
  if (depth > deepest) return [];
  const nested = listOf(value, suiteNames).flatMap((suite) => listCases(suite, depth + 1));
  const own = listOf(value, caseNames).flatMap((one) => {
    const status = statusOf(one);
    return status === null ? [] : [toCase(one, status)];
  });
  return [...own, ...nested];
}

function listOf(value: Mapping, names: readonly string[]): readonly Mapping[] {
  const list = names.map((name) => value[name]).find(Array.isArray) as readonly unknown[] | undefined;
  return (list ?? []).filter(isObject);
}

const statuses: Readonly<Record<TestCase['status'], readonly string[]>> = {
  passed: ['passed', 'pass', 'ok', 'success', 'xpassed', 'xfailed'],
  failed: ['failed', 'fail', 'failure', 'error'],
  skipped: ['skipped', 'skip', 'pending', 'todo', 'ignored', 'disabled'],
};

function statusOf({ status, outcome, result }: Mapping): TestCase['status'] | null {
  const told = [status, outcome, result].find((one) => typeof one === 'string');
  if (typeof told !== 'string') return null;
  const [found] = Object.entries(statuses).find(([, words]) => words.includes(told.toLowerCase())) ?? [];
  return (found as TestCase['status'] | undefined) ?? null;
}

function toCase(value: Mapping, status: TestCase['status']): TestCase {
  const text = (...names: readonly string[]) =>
    names.map((name) => value[name]).find((one): one is string => typeof one === 'string' && one !== '');
  const durationMs = value.duration_ms ?? value.durationMs;
  return {
    name: text('name', 'nodeid', 'title', 'id') ?? 'a test without a name',
    status,
    durationMs: typeof durationMs === 'number' && durationMs >= 0 ? Math.round(durationMs) : null,
    message: status === 'failed' ? (text('error_message', 'errorMessage', 'message', 'longrepr') ?? null) : null,
  };
}

function countCases(cases: readonly TestCase[]): TestCounts | null {
  if (cases.length === 0) return null;
  const of = (status: TestCase['status']) => cases.filter((one) => one.status === status).length;
  return completeCounts({ passed: of('passed'), failed: of('failed'), skipped: of('skipped') });
}

/** Counts that pass over a test which failed are not believed. */
function withFailed(counts: TestCounts, cases: readonly TestCase[]): TestCounts {
  const failed = cases.filter(({ status }) => status === 'failed').length;
  if (failed <= counts.failed) return counts;
  const passed = Math.max(counts.passed - (failed - counts.failed), 0);
  return { total: passed + failed + counts.skipped, passed, failed, skipped: counts.skipped };
}
