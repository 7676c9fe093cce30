import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endOnSignals } from '../../src/cli/end-on-signals.ts';

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
