import assert from 'node:assert/strict';
import { PassThrough, Writable } from 'node:stream';
import { test } from 'node:test';
import { endOnSignals } from '../../src/cli/end-on-signals.ts';
import { createErrorOutput, createOutput, terminalColumns } from '../../src/cli/output.ts';
import { useColor } from '../../src/cli/use-color.ts';
import { type DataFormat, writeData } from '../../src/cli/write-data.ts';
import { createLogger } from '../../src/logger.ts';
import { createRedactor } from '../../src/redactor.ts';
import { Secret } from '../../src/secret.ts';

const canary = 'canary-4711';

function knowing() {
  const redactor = createRedactor();
  redactor.know(new Secret(canary));
  return redactor;
}

function screen(isTerminal: boolean) {
  const stream = Object.assign(new PassThrough(), { isTTY: isTerminal, columns: 100 });
  const output = createErrorOutput(stream, { redactor: knowing(), color: false, isTerminal, width: 100 });
  return { output, text: () => String(stream.read() ?? '') };
}

for (const format of ['text', 'json', 'yaml'] satisfies DataFormat[]) {
  test(`a known secret is in no ${format} output`, async () => {
    const { output, text } = screen(false);
    await writeData(output, format, { value: canary, url: `https://u:${canary}@h/` }, () => `value ${canary}\n`);
    assert.doesNotMatch(text(), /canary/);
  });
}

for (const format of ['text', 'json'] as const) {
  test(`a known secret is in no ${format} log line, whatever field or error holds it`, () => {
    const lines: string[] = [];
    const log = createLogger({ level: 'debug', format, redactor: knowing(), write: (line) => lines.push(line) });
    log.debug(`message ${canary}`);
    log.error('failed', { err: new Error(`inner ${canary}`), deep: { list: [canary] } });
    assert.equal(lines.length >= 2, true);
    assert.doesNotMatch(lines.join(''), /canary/);
    assert.match(lines.join(''), /\(secret\)/);
  });
}

test('log lines below the level are not written', () => {
  const lines: string[] = [];
  const log = createLogger({ level: 'warn', format: 'text', redactor: knowing(), write: (line) => lines.push(line) });
  log.info('quiet');
  log.warn('loud');
  assert.equal(lines.length, 1);
});

for (const [name, code, isTerminal] of [
  ['reader that went away', 'EPIPE', false],
  ['terminal that was closed', 'EIO', true],
] as const) {
  test(`a ${name} is no fault`, async () => {
    const gone = Object.assign(new Error(`write ${code}`), { code });
    const stream = new Writable({ write: (_chunk, _encoding, done) => done(gone) });
    const output = createOutput(stream, { redactor: knowing(), color: false, isTerminal, width: 80 });
    output.write('one');
    await new Promise((resolve) => setImmediate(resolve));
    output.write('two');
  });
}

test('the first signal asks to stop, the second ends at once', () => {
  const listeners = new Map<string, () => void>();
  const ended: number[] = [];
  const told: string[] = [];
  const source = { on: (name: string, listener: () => void) => listeners.set(name, listener) };
  const signal = endOnSignals(source, { tell: (text) => told.push(text), end: (code) => ended.push(code) });
  assert.equal(signal.aborted, false);
  listeners.get('SIGINT')?.();
  assert.equal(signal.aborted, true);
  assert.equal(told.length, 1);
  assert.deepEqual(ended, []);
  listeners.get('SIGTERM')?.();
  assert.deepEqual(ended, [130]);
});

for (const [name, facts, expected] of [
  ['a terminal', {}, true],
  ['no terminal', { isTerminal: false }, false],
  ['--no-color', { noColor: true }, false],
  ['NO_COLOR', { environment: { NO_COLOR: '1' } }, false],
  ['an empty NO_COLOR', { environment: { NO_COLOR: '' } }, true],
  ['TERM=dumb', { environment: { TERM: 'dumb' } }, false],
] as const) {
  test(`there is ${expected ? '' : 'no '}colour with ${name}`, () => {
    assert.equal(useColor({ isTerminal: true, noColor: false, environment: {}, ...facts }), expected);
  });
}

test('sentences are wrapped on a terminal, where it is very wide at 120 columns, and nowhere else', () => {
  assert.deepEqual(terminalColumns({ isTerminal: true, width: 80 }), { columns: 80 });
  assert.deepEqual(terminalColumns({ isTerminal: true, width: 200 }), { columns: 120 });
  assert.deepEqual(terminalColumns({ isTerminal: false, width: 80 }), {});
});
