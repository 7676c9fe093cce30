import assert from 'node:assert/strict';
import { test } from 'node:test';
import { signRun } from '../../src/apply/record-run.ts';
import { renderResultJson, renderResultText } from '../../src/apply/render-result.ts';
import type { PackResult, RunResult } from '../../src/apply/result.ts';
import { problem } from '../../src/errors.ts';
import { formatDuration } from '../../src/text/format-duration.ts';

const version = (text: string) => ({ version: text, digest: null, commit: null });

function pack(ref: string, outcome: PackResult['outcome'], given: Partial<PackResult> = {}): PackResult {
  const nothing = { action: null, reason: null, from: null, to: version('1.0.0'), problems: [], retry: false };
  return { ref, outcome, ...nothing, durationMs: 120, ...given };
}

function run(packs: readonly PackResult[], given: Partial<RunResult> = {}): RunResult {
  return { outcome: 'applied', packs, problems: [], unchanged: 0, durationMs: 1234, run: '7', ...given };
}

const show = (result: RunResult) => renderResultText(result, { color: false, width: 100 });

test('each pack is a line with its outcome and duration, problems follow, the summary is last', () => {
  const text = show(
    run([
      pack('core', 'applied', { action: 'install' }),
      pack('jira', 'applied', { action: 'install', durationMs: 60 }),
      pack('vault', 'applied', { action: 'reinstall', from: version('0.9.0') }),
      pack('aws', 'blocked', { action: 'remove', problems: [problem('error', 'in-use', 'sensor x.y uses aws.go')] }),
      pack('gcp', 'failed', { action: 'install', problems: [problem('error', 'no-disk', 'the disk is full')] }),
    ]),
  );
  assert.equal(
    text,
    `   PACK   OUTCOME      VERSION        TIME
+  core   installed    1.0.0          120 ms
+  jira   installed    1.0.0          60 ms
~  vault  reinstalled  0.9.0 → 1.0.0  120 ms
!  aws    blocked      1.0.0
!  gcp    failed       1.0.0          120 ms

error  sensor x.y uses aws.go [in-use]
error  gcp: the disk is full [no-disk]

2 errors

Applied 3 packs in 1.2 s: 2 installed, 1 reinstalled. 1 blocked, 1 failed.
`,
  );
});

test('where tests ran, a column says how they ended', () => {
  const tests = { outcome: 'passed', total: 3, passed: 2, failed: 0, skipped: 1, durationMs: 5, why: null } as const;
  const why = '1 of 3 failed';
  const text = show(
    run([
      pack('core', 'applied', { action: 'install' }),
      pack('jira', 'applied', { action: 'install', tests }),
      pack('aws', 'applied', { action: 'install', tests: { outcome: 'skipped' } }),
      pack('gcp', 'blocked', {
        tests: { ...tests, outcome: 'failed', failed: 1, skipped: 0, why },
        problems: [problem('error', 'tests-failed', `its tests failed: ${why}`, { hint: 'one\ntwo' })],
      }),
    ]),
  );
  assert.match(text, /^ {3}PACK +OUTCOME +VERSION +TIME +TESTS\n/);
  assert.match(text, /^\+ {2}core +installed +1\.0\.0 +120 ms\n/m);
  assert.match(text, / 120 ms +2 passed, 1 skipped\n/);
  assert.match(text, / 120 ms +skipped\n/);
  assert.match(text, /^! {2}gcp +blocked +1\.0\.0 +1 of 3 failed\n/m);
  assert.match(text, /^error {2}gcp: its tests failed: 1 of 3 failed \[tests-failed\]\n/m);
});

for (const [name, result, expected] of [
  ['nothing to do', run([], { unchanged: 42 }), 'No changes. 42 packs match the desired state.'],
  ['only something blocked', run([pack('a', 'blocked')]), 'Nothing was applied. 1 blocked.'],
  ['only an invalid document', run([], { problems: [problem('error', 'x', 'x')] }), 'Nothing was applied. 1 error.'],
  ['one pack', run([pack('a', 'applied', { action: 'adopt' })]), 'Applied 1 pack in 1.2 s: 1 adopted.'],
] satisfies [string, RunResult, string][]) {
  test(`with ${name} the last line is: ${expected}`, () => {
    assert.equal(show(result).trimEnd().split('\n').at(-1), expected);
  });
}

test('the data for machines is the result with the version of its format', () => {
  const result = run([pack('a', 'applied', { action: 'adopt' })]);
  assert.deepEqual(JSON.parse(JSON.stringify(renderResultJson(result))), {
    formatVersion: 1,
    ...JSON.parse(JSON.stringify(result)),
  });
});

for (const [milliseconds, expected] of [
  [0, '0 ms'],
  [999, '999 ms'],
  [1234, '1.2 s'],
  [59_949, '59.9 s'],
  [59_999, '1 min'],
  [125_000, '2 min 5 s'],
] as const) {
  test(`${milliseconds} ms is written ${expected}`, () => assert.equal(formatDuration(milliseconds), expected));
}

test('that a little more or less is free on a full disk is no other trouble to record', () => {
  const full = (free: string) => {
    const problems = [problem('error', 'disk-full', `The pack store is full; ${free} are free`)];
    return signRun({ packs: [pack('a', 'failed', { problems })], problems: [] }, {});
  };
  assert.equal(full('0 B'), full('12.0 KiB'));
});

test('what a person stopped is no error, and it says that running it again continues', () => {
  const stopped = (message: string) => [problem('error', 'stopped', message)];
  const text = show(
    run([
      pack('core', 'applied', { action: 'install' }),
      pack('pyreq', 'skipped', { problems: stopped('stopped while its environment was being built') }),
      pack('aa', 'skipped', { problems: stopped('the run was stopped before this pack') }),
      pack('bb', 'skipped', { problems: stopped('the run was stopped before this pack') }),
    ]),
  );
  assert.doesNotMatch(text, /error/);
  assert.match(
    text,
    /\n\npyreq: stopped while its environment was being built\naa, bb: the run was stopped before this pack\n\n/,
  );
  assert.match(text, /\nApplied 1 pack in 1\.2 s: 1 installed\. 3 skipped\. Running it again continues\.\n$/);
});
