import { StringDecoder } from 'node:string_decoder';
import { stripColours } from './strip-colours.ts';
import { completeCounts, type TestCase, type TestCounts, type TestReport } from './test-result.ts';

/** Finds in what a runner writes how many tests passed, while it is written: nothing of it is kept. */
export interface SummaryReader {
  take(chunk: Buffer): void;
  report(): TestReport;
}

/** A line that is longer holds no summary. */
const longestLine = 4096;
const mostCases = 200;

/**
 * Reads the counts of a runner: those of unittest and pytest as these write them at their end, of a script the lines
 * that Attune reads (`Total Tests:`, `Passed:`, `Failed:`, `Skipped:`), with or without colours. The last ones count.
 */
export function createSummaryReader(type: string): SummaryReader {
  const state: State = { told: {}, counts: null, ran: null, cases: [] };
  const readLine = readers[type] ?? readScript;
  const decoder = new StringDecoder('utf8');
  let rest = '';
  const take = (text: string) => {
    const lines = (rest + text).split(/\r\n|\n|\r/);
    rest = (lines.pop() ?? '').slice(-longestLine);
    for (const line of lines) if (line.length <= longestLine) readLine(stripColours(line), state);
  };
  return {
    take: (chunk) => take(decoder.write(chunk)),
    report() {
      take('\n');
      return { counts: state.counts ?? completeCounts(state.told), cases: state.cases };
    },
  };
}

interface State {
  readonly told: { -readonly [key in keyof TestCounts]?: number };
  counts: TestCounts | null;
  /** Of unittest: how many it ran, which stands before how they ended. */
  ran: number | null;
  readonly cases: TestCase[];
}

const readers: Readonly<Record<string, (line: string, state: State) => void>> = {
  unittest: readUnittest,
  pytest: readPytest,
};

const scriptCounts = [
  ['total', /\btotal tests:\s*(\d+)/i],
  ['passed', /\bpassed:\s*(\d+)/i],
  ['failed', /\bfailed:\s*(\d+)/i],
  ['skipped', /\bskipped:\s*(\d+)/i],
] as const;

function readScript(line: string, { told }: State): void {
  for (const [name, pattern] of scriptCounts) {
    const count = pattern.exec(line)?.[1];
    if (count !== undefined) told[name] = Number(count);
  }
}

function readUnittest(line: string, state: State): void {
  const ran = /^Ran (\d+) tests? in /.exec(line)?.[1];
  if (ran !== undefined) state.ran = Number(ran);
  const [, ended, more = ''] = /^(OK|FAILED|NO TESTS RAN)(?: \((.*)\))?$/.exec(line) ?? [];
  if (ended !== undefined && state.ran !== null) state.counts = countUnittest(state.ran, more, state.cases.length);
  const [, , test, where] = /^(FAIL|ERROR): (\S+) \(([^)]*)\)/.exec(line) ?? [];
  if (test !== undefined) addFailed(state, where?.endsWith(test) === true ? where : `${where}.${test}`);
}

/** A test with parts fails once for each of them; errors of a whole class or module are not among those that ran. */
function countUnittest(ran: number, more: string, named: number): TestCounts | null {
  const of = (name: string) => Number(new RegExp(`(?:^|, )${name}=(\\d+)`).exec(more)?.[1] ?? 0);
  const told = of('failures') + of('errors');
  const failed = (named > 0 && named < mostCases ? Math.min(told, named) : told) + of('unexpected successes');
  const skipped = of('skipped');
  const total = Math.max(ran, failed + skipped);
  return completeCounts({ total, passed: total - failed - skipped, failed, skipped });
}

function readPytest(line: string, state: State): void {
  const [, summary] = /^(?:=+ )?(.*\b(?:\d+ [a-z]+|no tests ran))\b.* in [\d.]+s\b/.exec(line) ?? [];
  if (summary !== undefined) state.counts = countPytest(summary) ?? state.counts;
  const test = /^(?:FAILED|ERROR) (\S+)/.exec(line)?.[1];
  if (test !== undefined) addFailed(state, test);
}

function countPytest(summary: string): TestCounts | null {
  if (/\bno tests ran\b/.test(summary)) return completeCounts({ passed: 0 });
  const of = (name: string) => Number(new RegExp(`(?:^|[ ,])(\\d+) ${name}\\b`).exec(summary)?.[1] ?? 0);
  const failed = of('failed') + of('errors?');
  const passed = of('passed') + of('xpassed') + of('xfailed');
  const skipped = of('skipped');
  const isSummary = /\d+ (?:passed|failed|errors?|skipped|xfailed|xpassed|deselected)\b/.test(summary);
  return isSummary ? completeCounts({ passed, failed, skipped }) : null;
}

function addFailed({ cases }: State, name: string): void {
  if (cases.length >= mostCases || cases.some((one) => one.name === name)) return;
  cases.push({ name, status: 'failed', durationMs: null, message: null });
}
