import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readJsonReport } from '../../src/pack-tests/read-json-report.ts';

function read(value: unknown) {
  const report = readJsonReport(typeof value === 'string' ? value : JSON.stringify(value));
  const counts = report?.counts;
  return counts ? `${counts.total} ${counts.passed} ${counts.failed} ${counts.skipped}` : null;
}

const suite = { name: 'a', total: 3, passed: 1, failed: 1, skipped: 1 };
const cases = [
  { name: 'one', status: 'Passed', duration_ms: 3.2 },
  { name: 'two', status: 'Failed', error_message: 'no' },
  { name: 'three', status: 'Error' },
  { name: 'four', status: 'Skipped' },
];

/** What a runner writes → total, passed, failed, skipped; null: it cannot be understood. */
const rows: Readonly<Record<string, readonly [unknown, string | null]>> = {
  'the whole form of Attune’s documentation': [
    { pack_ref: 'x', total_tests: 4, passed: 1, failed: 2, skipped: 1, test_suites: [{ ...suite, test_cases: cases }] },
    '4 1 2 1',
  ],
  'camel case': [{ totalTests: 2, passed: 2, failed: 0, skipped: 0, testSuites: [] }, '2 2 0 0'],
  'counts alone': [{ total: 5, passed: 4, failed: 1 }, '5 4 1 0'],
  'suites without a sum': [{ test_suites: [suite, suite] }, '6 2 2 2'],
  'suites of cases without counts': [{ testSuites: [{ testCases: cases }] }, '4 1 2 1'],
  'cases alone': [{ tests: cases }, '4 1 2 1'],
  'pytest-json-report': [
    {
      summary: { passed: 1, failed: 1, error: 1, xfailed: 1, total: 4, collected: 4 },
      tests: [{ nodeid: 'a', outcome: 'failed' }],
    },
    '4 2 2 0',
  ],
  'pytest-json-report where none passed': [{ summary: { failed: 2, total: 2 } }, '2 0 2 0'],
  'pytest-json-report where there was none': [{ summary: { total: 0, collected: 0 } }, '0 0 0 0'],
  'counts that pass over a test that failed': [{ total: 4, passed: 4, failed: 0, tests: cases }, '4 2 2 0'],
  'a total that is more than its parts': [{ total: 4, passed: 1 }, '4 1 3 0'],
  'other lines around it': ['starting\n{"a": 1}\n{"total": 1, "passed": 1}\nbye {}\n', '1 1 0 0'],
  'a printed object between other lines': [
    `log {\n${JSON.stringify({ passed: 2, failed: 1 }, null, 2)}\ndone`,
    '3 2 1 0',
  ],
  'a list': [[suite], null],
  'an object that says nothing of tests': [{ ok: true }, null],
  'counts below zero': [{ passed: -1, failed: 0 }, null],
  'counts that are no numbers': [{ passed: '3', failed: 'none' }, null],
  'half an object': ['{"total": 3, "passed"', null],
  'no JSON': ['OK', null],
  nothing: ['', null],
};

for (const [what, [value, expected]] of Object.entries(rows)) {
  test(`JSON results: ${what}`, () => assert.equal(read(value), expected));
}

test('cases have a name, how they ended, and what they said', () => {
  const report = readJsonReport(JSON.stringify({ tests: [...cases, { outcome: 'passed' }, 3, { status: 'what' }] }));
  assert.deepEqual(report?.cases, [
    { name: 'one', status: 'passed', durationMs: 3, message: null },
    { name: 'two', status: 'failed', durationMs: null, message: 'no' },
    { name: 'three', status: 'failed', durationMs: null, message: null },
    { name: 'four', status: 'skipped', durationMs: null, message: null },
    { name: 'a test without a name', status: 'passed', durationMs: null, message: null },
  ]);
});

test('a text that is made to take long is given up soon', () => {
  const started = performance.now();
  assert.equal(read('{\n'.repeat(200_000)), null);
  assert.equal(read(`${'{"test_suites":['.repeat(5000)}`), null);
  assert.equal(read(`{${'}\n{'.repeat(100_000)}`), null);
  assert.ok(performance.now() - started < 5000);
});
