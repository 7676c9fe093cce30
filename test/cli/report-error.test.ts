import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reportError } from '../../src/cli/report-error.ts';
import { problem, SyncError } from '../../src/errors.ts';
import { Secret } from '../../src/secret.ts';
import { createFakeShell } from './fake-shell.ts';

function report(error: unknown, stack = false, format: 'text' | 'json' = 'text'): string {
  const shell = createFakeShell({ directory: '/work-tree' });
  shell.redactor.know(new Secret('canary-4711'));
  reportError(error, { output: shell.err, format, stack, base: '/work-tree' });
  return shell.stderr();
}

test('every problem is shown, with its place relative to the working directory', () => {
  const problems = [
    problem('error', 'one', 'First', { where: { file: '/work-tree/a.yaml', line: 1, column: 2 }, hint: 'Do this' }),
    problem('error', 'two', 'Second'),
  ];
  const text = report(new SyncError('many', 'Many', { problems }));
  assert.match(text, /^a\.yaml:1:2 error {2}First \[one\]$/m);
  assert.match(text, /Do this/);
  assert.match(text, /Second \[two\]/);
});

test('a fault of this program is one sentence that asks to report it; its stack is for debugging', () => {
  const error = new TypeError('x is not a function', { cause: new Error('inner') });
  assert.match(report(error), /This should not have happened: x is not a function/);
  assert.match(report(error), /[Pp]lease report it/);
  assert.doesNotMatch(report(error), /at .*report-error\.test/);
  assert.match(report(error, true), /at .*report-error\.test.*Caused by: Error: inner/s);
});

test('what is thrown without being an error is shown too', () => {
  assert.match(report('just text'), /just text/);
});

test('a known secret is neither in the message nor in the stack', () => {
  for (const format of ['text', 'json'] as const) {
    const text = report(new Error('refused for canary-4711'), true, format);
    assert.match(text, /refused for \(secret\)/);
    assert.doesNotMatch(text, /canary/);
  }
});
