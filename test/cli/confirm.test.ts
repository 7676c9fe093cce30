import assert from 'node:assert/strict';
import { PassThrough, Readable } from 'node:stream';
import { test } from 'node:test';
import { confirm } from '../../src/cli/confirm.ts';
import { createErrorOutput } from '../../src/cli/output.ts';
import { createRedactor } from '../../src/redactor.ts';

function terminal() {
  const stream = new PassThrough();
  const facts = { redactor: createRedactor(), color: false, isTerminal: true, width: 80 };
  return { output: createErrorOutput(stream, facts), text: () => String(stream.read() ?? '') };
}

for (const [answer, expected] of [
  ['y\n', true],
  ['Y\n', true],
  [' yes \n', true],
  ['YES\r\n', true],
  ['n\n', false],
  ['\n', false],
  ['yeah\n', false],
  ['no\ny\n', false],
  ['', false],
] as const) {
  test(`the answer ${JSON.stringify(answer)} means ${expected ? 'yes' : 'no'}`, async () => {
    const { output, text } = terminal();
    const signal = new AbortController().signal;
    assert.equal(await confirm('Apply these changes?', { input: Readable.from([answer]), output, signal }), expected);
    assert.equal(text(), 'Apply these changes? [y/N] ');
  });
}

test('an interrupt while the question stands means no', async () => {
  const { output } = terminal();
  const controller = new AbortController();
  const answer = confirm('Apply?', { input: new PassThrough(), output, signal: controller.signal });
  controller.abort();
  assert.equal(await answer, false);
});

test('after an interrupt nothing is asked', async () => {
  const { output, text } = terminal();
  const input = Readable.from(['y\n']);
  assert.equal(await confirm('Apply?', { input, output, signal: AbortSignal.abort() }), false);
  assert.equal(text(), '');
});
