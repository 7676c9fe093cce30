import type { CommandResult } from '../environments/run-command.ts';
import type { TestRunner } from '../packs/content.ts';
import { formatDuration } from '../text/format-duration.ts';
import type { SuiteResult, TestCounts, TestReport } from './test-result.ts';

type Ended = Pick<CommandResult, 'code' | 'signal' | 'timedOut' | 'durationMs'>;

const none: TestCounts = { total: 0, passed: 0, failed: 0, skipped: 0 };

/** What a runner comes to that ran: what it told of its tests, and how it ended, which can make that worthless. Pure. */
export function judgeSuite(
  runner: TestRunner,
  { counts, cases }: TestReport,
  ended: Ended,
  lines: string,
): SuiteResult {
  const { code, durationMs } = ended;
  // A script that counts nothing is one test.
  const isOne = counts === null && runner.type === 'script' && runner.results === 'simple' && code !== null;
  const one = code === 0 ? { ...none, total: 1, passed: 1 } : { ...none, total: 1, failed: 1 };
  const told = counts ?? (isOne ? one : null);
  const fault = findFault(runner, told, ended);
  const suite = { name: runner.name, type: runner.type, durationMs: Math.round(durationMs), cases };
  if (fault !== null) return { ...suite, ...withFault(told ?? none), fault, lines };
  const known = told ?? none;
  return { ...suite, ...known, fault: null, lines: known.failed > 0 ? lines : '' };
}

/** A runner that could not even be begun. */
export function failSuite({ name, type }: TestRunner, fault: string): SuiteResult {
  return { name, type, ...withFault(none), durationMs: 0, cases: [], fault, lines: '' };
}

function findFault(
  { timeoutMs }: TestRunner,
  told: TestCounts | null,
  { code, signal, timedOut }: Ended,
): string | null {
  if (timedOut) return `it was ended after ${formatDuration(timeoutMs)}, its \`timeout\``;
  if (signal !== null) return `a signal ended it (${signal})`;
  if (told === null) return `it ended with exit code ${code} and without saying what passed`;
  if (told.total === 0) return 'it ran no test';
  // Python says by 5 that it ran none, also where it skipped them all.
  const isSkipped = told.passed === 0 && code === 5;
  if (code !== 0 && told.failed === 0 && !isSkipped) return `it ended with exit code ${code} although no test failed`;
  return null;
}

/** It counts as one more that failed where it counted none, so that nobody takes its counts for good. */
function withFault(told: TestCounts): TestCounts {
  return told.failed > 0 ? told : { ...told, total: told.total + 1, failed: 1 };
}
