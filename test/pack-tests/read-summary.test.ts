import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSummaryReader } from '../../src/pack-tests/read-summary.ts';

function read(type: string, text: string, chunkBytes = 1_000_000) {
  const reader = createSummaryReader(type);
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += chunkBytes) reader.take(bytes.subarray(at, at + chunkBytes));
  const { counts, cases } = reader.report();
  return { counts: counts && `${counts.total} ${counts.passed} ${counts.failed} ${counts.skipped}`, cases };
}

/** Text → total, passed, failed, skipped; null: it says nothing. */
const tables: Readonly<Record<string, readonly (readonly [string, string | null])[]>> = {
  script: [
    ['Total Tests: 36\nPassed: 36\nFailed: 0\n', '36 36 0 0'],
    ['Total Tests:  3\nPassed:       \x1b[0;32m2\x1b[0m\nFailed:       \x1b[0;31m1\x1b[0m\n', '3 2 1 0'],
    ['Total Tests: 5, Passed: 3, Failed: 1, Skipped: 1', '5 3 1 1'],
    ['Passed: 1\nFailed: 0\nPassed: 7\nFailed: 2\n', '9 7 2 0'],
    ['total tests: 4\r\npassed: 4\r\n', '4 4 0 0'],
    ['Total Tests: 10\nPassed: 8\nFailed: 0\n', '10 8 2 0'],
    ['Total Tests: 0\nPassed: 0\nFailed: 0\n', '0 0 0 0'],
    ['Total Tests: 4\nFailed: 1\n', '4 3 1 0'],
    ['Total Tests: 4\n', null],
    ['Passed: 99999999999999999999\n', null],
    ['all is well\n', null],
    ['', null],
    [`${'x'.repeat(100_000)} Passed: 3\nPassed: 1\n`, '1 1 0 0'],
  ],
  unittest: [
    ['...\n-----\nRan 3 tests in 0.001s\n\nOK\n', '3 3 0 0'],
    ['Ran 1 test in 0.001s\n\nOK (skipped=1)\n', '1 0 0 1'],
    ['Ran 9 tests in 1s\n\nFAILED (failures=2, errors=1, skipped=1, expected failures=1)\n', '9 5 3 1'],
    ['Ran 2 tests in 1s\n\nFAILED (unexpected successes=1)\n', '2 1 1 0'],
    ['Ran 0 tests in 0.000s\n\nOK\n', '0 0 0 0'],
    ['Ran 0 tests in 0.000s\n\nNO TESTS RAN\n', '0 0 0 0'],
    ['Ran 0 tests in 0.000s\n\nNO TESTS RAN (skipped=2)\n', '2 0 0 2'],
    ['Ran 0 tests in 0.000s\n\nFAILED (errors=1)\n', '1 0 1 0'],
    ['Traceback (most recent call last):\nSystemExit\n', null],
    [
      'FAIL: test_a (t.T.test_a) (i=1)\nFAIL: test_a (t.T.test_a) (i=2)\nRan 3 tests in 1s\n\nFAILED (failures=2)\n',
      '3 2 1 0',
    ],
    ['OK\n', null],
  ],
  pytest: [
    ['===== 3 passed in 0.12s =====\n', '3 3 0 0'],
    ['== 1 failed, 2 passed, 3 skipped, 1 error, 1 xfailed, 1 xpassed, 4 warnings in 12.3s (0:00:12) ==\n', '9 4 2 3'],
    ['2 passed, 2 errors in 0.01s\n', '4 2 2 0'],
    ['===== no tests ran in 0.00s =====\n', '0 0 0 0'],
    ['===== 3 deselected in 0.00s =====\n', '0 0 0 0'],
    ['\x1b[32m===== \x1b[1m2 passed\x1b[0m\x1b[32m in 0.5s\x1b[0m\x1b[32m =====\x1b[0m\n', '2 2 0 0'],
    ['ImportError while loading conftest\n', null],
  ],
};

for (const [type, rows] of Object.entries(tables)) {
  for (const [text, expected] of rows) {
    const shown = text.length > 100 ? `${text.length} characters` : JSON.stringify(text);
    test(`${type} that writes ${shown} has told ${expected ?? 'nothing'}`, () => {
      assert.equal(read(type, text).counts, expected);
    });
  }
}

test('counts are found wherever the output is cut into pieces', () => {
  const text = 'é ü\nTotal Tests: 12\nPassed: 11\nFailed: 1\n';
  for (const bytes of [1, 2, 3, 7]) assert.equal(read('script', text, bytes).counts, '12 11 1 0');
});

test('the names of tests that failed are kept, each once and not without end', () => {
  const unittest = read(
    'unittest',
    'FAIL: test_a (tests.test_x.T.test_a)\nERROR: test_b (tests.test_x.T)\nERROR: setUpClass (tests.test_x.T)\nFAIL: test_a (tests.test_x.T.test_a) (i=2)\n',
  );
  assert.deepEqual(
    unittest.cases.map(({ name }) => name),
    ['tests.test_x.T.test_a', 'tests.test_x.T.test_b', 'tests.test_x.T.setUpClass'],
  );
  const many = Array.from({ length: 1000 }, (_, index) => `FAILED tests/test_x.py::test_${index} - x\n`).join('');
  const pytest = read('pytest', many);
  assert.equal(pytest.cases.length, 200);
  assert.deepEqual(pytest.cases[1], {
    name: 'tests/test_x.py::test_1',
    status: 'failed',
    durationMs: null,
    message: null,
  });
});
