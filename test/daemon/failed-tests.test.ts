import assert from 'node:assert/strict';
import { test } from 'node:test';
import { problem } from '../../src/errors.ts';
import { packResult, withDaemon } from './daemon-scene.ts';

const failed = (message: string, severity: 'error' | 'warning' = 'error') =>
  problem(severity, 'tests-failed', message, { hint: 'main ended with:\nmany\nlines' });
const blocked = (message: string) => packResult('one', { outcome: 'blocked', problems: [failed(message)] });

test('what failed its tests is remembered from pass to pass, and logged once as long as it is the same', {
  timeout: 20_000,
}, async () => {
  await withDaemon({}, async ({ next, timing, lines }) => {
    const said = () => lines.filter((line) => line.includes('[tests-failed]'));
    const first = await next();
    first.answer({ packs: [blocked('its tests failed: 1 of 2 failed')] });
    await timing.pass(await timing.asleep());
    const second = await next();
    assert.ok(first.options.failedTests !== undefined);
    assert.equal(second.options.failedTests, first.options.failedTests);
    second.answer({ packs: [blocked('its tests failed: 1 of 2 failed')] });
    await timing.pass(await timing.asleep());
    (await next()).answer({ packs: [blocked('its tests failed: a: it ran no test')] });
    await timing.pass(await timing.asleep());
    (await next()).answer({ packs: [packResult('one', { problems: [failed('its tests failed: x', 'warning')] })] });
    await timing.pass(await timing.asleep());
    (await next()).answer({});
    const log = '`attune-sync pack log one` shows all that they said. [tests-failed]';
    assert.deepEqual(said(), [
      `error one is not installed: its tests failed: 1 of 2 failed. ${log}`,
      `error one is not installed: its tests failed: a: it ran no test. ${log}`,
      `error one is installed although its tests failed: x. ${log}`,
    ]);
  });
});
