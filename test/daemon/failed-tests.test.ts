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
    const [from, to] = ['1.0.0', '1.1.0'].map((version) => ({ version, digest: version, commit: null }));
    assert.ok(from !== undefined && to !== undefined);
    (await next()).answer({ packs: [{ ...blocked('its tests failed: y'), from, to }] });
    await timing.pass(await timing.asleep());
    (await next()).answer({ packs: [{ ...blocked('its tests failed: z'), from, to: { ...from, digest: 'other' } }] });
    await timing.pass(await timing.asleep());
    (await next()).answer({});
    const log = '`attune-sync pack log one` shows all that they said. [tests-failed]';
    assert.deepEqual(said(), [
      `error one is not installed: its tests failed: 1 of 2 failed. ${log}`,
      `error one is not installed: its tests failed: a: it ran no test. ${log}`,
      `error one is installed although its tests failed: x. ${log}`,
      `error one 1.1.0 is not installed, 1.0.0 stays: its tests failed: y. ${log}`,
      `error new content of one 1.0.0 is not installed, the installed one stays: its tests failed: z. ${log}`,
    ]);
  });
});

test('an installed pack whose environment cannot be built is told of with the version that stays', {
  timeout: 20_000,
}, async () => {
  await withDaemon({}, async ({ next, timing, lines }) => {
    const [from, to] = [
      { version: '1.0.0', digest: 'a', commit: null },
      { version: '1.1.0', digest: 'b', commit: null },
    ];
    const unbuilt = { outcome: 'failed', problems: [problem('error', 'environment-failed', 'No frog.')], to } as const;
    (await next()).answer({
      packs: [packResult('one', { ...unbuilt, from }), packResult('two', { ...unbuilt, from })],
    });
    await timing.pass(await timing.asleep());
    (await next()).answer({ packs: [packResult('three', unbuilt)] });
    await timing.pass(await timing.asleep());
    (await next()).answer({});
    assert.deepEqual(
      lines.filter((line) => line.includes(' failed: ')),
      [
        'error one, two failed: No frog. [environment-failed] one 1.0.0, two 1.0.0 stay installed. They wait for a change.',
        'error three failed: No frog. [environment-failed] It waits for a change.',
      ],
    );
  });
});
