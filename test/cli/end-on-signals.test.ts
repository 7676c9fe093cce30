import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endOnSignals } from '../../src/cli/end-on-signals.ts';
import { takeHangups } from '../../src/cli/take-hangups.ts';

test('a signal that is passed on twice counts once where echoes are to be expected', () => {
  const listeners = new Map<string, () => void>();
  const ended: number[] = [];
  const source = { on: (name: string, listener: () => void) => listeners.set(name, listener) };
  const signal = endOnSignals(source, { tell: () => {}, end: (code) => ended.push(code), echoMs: 60_000 });
  listeners.get('SIGINT')?.();
  listeners.get('SIGINT')?.();
  assert.equal(signal.aborted, true);
  assert.deepEqual(ended, []);
});

test('as many as sync.concurrency allows may wait for the signal at once without a warning', async () => {
  const signal = endOnSignals({ on: () => {} }, { tell: () => {}, end: () => {} });
  const warned: string[] = [];
  const warn = ({ name }: Error) => warned.push(name);
  process.on('warning', warn);
  for (let count = 0; count < 64; count++) signal.addEventListener('abort', () => {});
  await new Promise((resolve) => setImmediate(resolve));
  process.off('warning', warn);
  assert.deepEqual(warned, []);
});

test('SIGHUP ends where no verb takes it, and where the terminal is gone', () => {
  const listeners = new Map<string, () => void>();
  const source = { on: (name: string, listener: () => void) => listeners.set(name, listener) };
  let isAlone = false;
  let taken = 0;
  const hangups = takeHangups(() => isAlone);
  const signal = endOnSignals(source, { tell: () => {}, end: () => {}, offerHangup: hangups.offer });
  hangups.take(() => taken++);
  listeners.get('SIGHUP')?.();
  assert.deepEqual([taken, signal.aborted], [1, false]);
  isAlone = true;
  listeners.get('SIGHUP')?.();
  assert.deepEqual([taken, signal.aborted], [1, true]);
});
