import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failSuite, judgeSuite } from '../../src/pack-tests/judge-suite.ts';
import { judgeTests } from '../../src/pack-tests/judge-tests.ts';
import { completeCounts, type SuiteResult, type TestReport } from '../../src/pack-tests/test-result.ts';
import type { TestRunner } from '../../src/packs/content.ts';

function runner(more: Partial<TestRunner> = {}): TestRunner {
  const where = { file: 'pack.yaml' };
  return {
    name: 'a',
    type: 'script',
    entryPoint: 'x',
    timeoutMs: 60_000,
    results: 'simple',
    resultPath: null,
    where,
    ...more,
  };
}

function report(passed: number, failed: number, skipped = 0): TestReport {
  return { counts: completeCounts({ passed, failed, skipped }), cases: [] };
}

const silent: TestReport = { counts: null, cases: [] };
const ended = (code: number | null, more: object = {}) => ({
  code,
  signal: null,
  timedOut: false,
  durationMs: 5,
  ...more,
});
const show = ({ total, passed, failed, skipped, fault }: SuiteResult) =>
  `${total} ${passed} ${failed} ${skipped} ${fault ?? '-'}`;

const python = { type: 'unittest' };
const killed = ended(null, { signal: 'SIGSEGV' });
/** Runner, what it told, how it ended → total, passed, failed, skipped, fault. */
const suites: Readonly<Record<string, readonly [Partial<TestRunner>, TestReport, ReturnType<typeof ended>, string]>> = {
  'all passed': [python, report(3, 0), ended(0), '3 3 0 0 -'],
  'one failed': [python, report(2, 1), ended(1), '3 2 1 0 -'],
  'one failed, and the exit code hides it': [python, report(2, 1), ended(0), '3 2 1 0 -'],
  'all skipped': [python, report(0, 0, 4), ended(0), '4 0 0 4 -'],
  'all skipped, by Python 3.12': [python, report(0, 0, 4), ended(5), '4 0 0 4 -'],
  'none ran': [python, report(0, 0), ended(0), '1 0 1 0 it ran no test'],
  'none was collected': [{ type: 'pytest' }, report(0, 0), ended(5), '1 0 1 0 it ran no test'],
  'a script that counts nothing': [{}, silent, ended(0), '1 1 0 0 -'],
  'a script that counts nothing and fails': [{}, silent, ended(3), '1 0 1 0 -'],
  'a script that counts none': [{}, report(0, 0), ended(0), '1 0 1 0 it ran no test'],
  'a script whose counts are fine and whose exit code is not': [
    {},
    report(2, 0),
    ended(2),
    '3 2 1 0 it ended with exit code 2 although no test failed',
  ],
  'a crash without a summary': [
    python,
    silent,
    ended(1),
    '1 0 1 0 it ended with exit code 1 and without saying what passed',
  ],
  'an end without a summary': [
    python,
    silent,
    ended(0),
    '1 0 1 0 it ended with exit code 0 and without saying what passed',
  ],
  'JSON that was not written': [
    { results: 'json' },
    silent,
    ended(0),
    '1 0 1 0 it ended with exit code 0 and without saying what passed',
  ],
  'a signal': [python, silent, killed, '1 0 1 0 a signal ended it (SIGSEGV)'],
  'a signal to a script': [{}, silent, killed, '1 0 1 0 a signal ended it (SIGSEGV)'],
  'a signal after all passed': [python, report(3, 0), killed, '4 3 1 0 a signal ended it (SIGSEGV)'],
  'the deadline': [
    {},
    report(2, 1),
    ended(null, { signal: 'SIGKILL', timedOut: true }),
    '3 2 1 0 it was ended after 1 min, its `timeout`',
  ],
};

for (const [what, [more, told, end, expected]] of Object.entries(suites)) {
  test(`a runner: ${what}`, () => assert.equal(show(judgeSuite(runner(more), told, end, 'lines')), expected));
}

test('a runner that cannot be begun has failed with one test', () => {
  assert.equal(show(failSuite(runner(), 'there is no pytest')), '1 0 1 0 there is no pytest');
});

test('the last lines are kept where something failed', () => {
  assert.equal(judgeSuite(runner(), report(1, 0), ended(0), 'lines').lines, '');
  assert.equal(judgeSuite(runner(), report(1, 1), ended(1), 'lines').lines, 'lines');
  assert.equal(judgeSuite(runner(), report(1, 0), killed, 'lines').lines, 'lines');
});

const at = { at: '2026-01-01T00:00:00.000Z', durationMs: 1 };
const suiteOf = (passed: number, failed: number, skipped = 0, names: readonly string[] = []): SuiteResult => ({
  ...judgeSuite(runner(), report(passed, failed, skipped), ended(failed > 0 ? 1 : 0), ''),
  cases: names.map((name) => ({ name, status: 'failed', durationMs: null, message: null })),
});
const broken = failSuite(runner({ name: 'b' }), 'it ran no test');

/** Runners, the share that must pass → why they failed; null: they did not. */
const judged: Readonly<Record<string, readonly [readonly SuiteResult[], number, string | null]>> = {
  'all pass': [[suiteOf(3, 0), suiteOf(2, 0)], 1, null],
  'one of two runners fails': [[suiteOf(3, 0), suiteOf(1, 1)], 1, '1 of 5 failed'],
  'enough pass, over all runners': [[suiteOf(3, 0), suiteOf(1, 1)], 0.8, null],
  'just enough pass': [[suiteOf(4, 1)], 0.8, null],
  'too few pass': [[suiteOf(7, 3)], 0.8, '3 of 10 failed, and 80 % must pass'],
  'what is skipped counts for neither side': [[suiteOf(1, 0, 9)], 1, null],
  'everything is skipped': [[suiteOf(0, 0, 9)], 1, null],
  'none need pass': [[suiteOf(0, 3)], 0, null],
  'a runner is broken, however little must pass': [[suiteOf(9, 0), broken], 0, 'b: it ran no test'],
  'two runners are broken': [[broken, broken], 1, 'b: it ran no test; b: it ran no test'],
  'many runners are broken': [
    Array.from({ length: 9 }, () => broken),
    1,
    'b: it ran no test; b: it ran no test; b: it ran no test; and 6 more runners',
  ],
  'a name would write to the terminal': [
    [failSuite(runner({ name: 'x\u001b[2J' }), 'it ran no test')],
    1,
    'x\\u001b[2J: it ran no test',
  ],
  'there are no runners': [[], 1, 'there is nothing to run'],
  'those that failed are named': [
    [suiteOf(1, 5, 0, ['p', 'q', 'r', 's', 't'])],
    1,
    '5 of 6 failed (p, q, r and 2 more)',
  ],
};

for (const [what, [given, minPassRate, why]] of Object.entries(judged)) {
  test(`tests: ${what}`, () => {
    const result = judgeTests({ minPassRate }, given, at);
    assert.equal(result.why, why);
    assert.equal(result.outcome, why === null ? 'passed' : 'failed');
    assert.equal(result.total, result.passed + result.failed + result.skipped);
  });
}
