import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { createProgress } from '../../../src/cli/create-progress.ts';
import { createLogger, type LogLevel } from '../../../src/logger.ts';
import { createRedactor } from '../../../src/redactor.ts';
import { createGate } from '../../support/gate.ts';
import { createFakeShell } from '../fake-shell.ts';

function logging(level: LogLevel, logFormat: 'text' | 'json') {
  const lines: string[] = [];
  const clock = { ms: 0 };
  const write = (line: string) => void lines.push(line.trimEnd());
  const log = createLogger({ level, format: logFormat, redactor: createRedactor(), write });
  const { err: output } = createFakeShell({ directory: '/' });
  const progress = createProgress({ output, log, logFormat, logLevel: level, nowMs: () => clock.ms });
  const work = (ms: number) => async () => {
    clock.ms += ms;
  };
  return { progress, work, clock, lines, texts: () => lines.map((line) => line.replace(/^\[.{8}\] /, '')) };
}

test('a run is one line a step with its duration, and one a pack for what took noticeably long', async () => {
  const { progress, work, texts } = logging('info', 'text');
  await progress.phase('fetch', 2, async () => {
    await progress.step('fetch', 'jira', async () => {
      await work(1_200)();
      await progress.step('verify', 'jira', work(30));
    });
    await progress.step('fetch', 'vault', work(70));
  });
  await progress.phase('publish', 1, () => progress.step('publish', 'jira', work(2_000)));
  await progress.phase('environment', 3, async () => {
    await progress.step('environment', 'herald', work(40));
    await progress.step('environment', 'jira', work(12_400));
    await progress
      .step('environment', 'vault', () => work(250)().then(() => Promise.reject(new Error())))
      .catch(() => {});
  });
  await progress.phase('tests', 2, async () => {
    await progress.step('tests', 'jira', work(130));
  });
  await progress.phase('tests', 1, () => progress.step('tests', 'vault', work(8_000), () => true));
  await progress.phase('rows', 0, async () => {});
  await progress.phase('rows', 1, async () => {});
  assert.deepEqual(texts(), [
    'INFO: jira: fetch took 1.2 s.',
    'INFO: Fetched 2 packs in 1.3 s.',
    'INFO: Verified jira in 30 ms.',
    'INFO: Published jira in 2.0 s.',
    'INFO: jira: environment took 12.4 s.',
    'INFO: vault: environment failed after 250 ms.',
    'INFO: Prepared the environments of 3 packs in 12.7 s: 1 failed.',
    'INFO: jira: tests took 130 ms.',
    'INFO: Tested 1 of 2 packs in 130 ms.',
    'INFO: vault: tests failed after 8.0 s.',
    'INFO: Tested 1 pack in 8.0 s: 1 failed.',
  ]);
});

test('lines in JSON have step, pack and duration as fields', async () => {
  const { progress, work, lines } = logging('info', 'json');
  await progress.phase('tests', 3, () => progress.step('tests', 'jira', work(1_534.5)));
  const fields = lines.map((line) => {
    const { time: _time, level: _level, ...rest } = JSON.parse(line) as Record<string, unknown>;
    return rest;
  });
  assert.deepEqual(fields, [
    { step: 'tests', ref: 'jira', durationMs: 1535, outcome: 'done', msg: 'jira: tests took 1.5 s.' },
    { step: 'tests', done: 1, failed: 0, total: 3, durationMs: 1535, msg: 'Tested 1 of 3 packs in 1.5 s.' },
  ]);
});

test('hundreds of quick packs are one line a step; for debugging each has its own', async () => {
  const refs = Array.from({ length: 200 }, (_, index) => `pack${index}`);
  const run = async (level: LogLevel) => {
    const { progress, work, texts } = logging(level, 'text');
    for (const step of ['publish', 'rows'] as const) {
      await progress.phase(step, refs.length, async () => {
        for (const ref of refs) await progress.step(step, ref, work(5));
      });
    }
    return texts();
  };
  assert.deepEqual(await run('info'), [
    'INFO: Published 200 packs in 1.0 s.',
    'INFO: Wrote the rows of 200 packs in 1.0 s.',
  ]);
  const lines = await run('debug');
  assert.equal(lines.filter((line) => /^DEBUG: pack\d+: (publish|rows) took 5 ms\./.test(line)).length, 400);
});

test('routine is told only where something came of it', async () => {
  const { progress, work, texts } = logging('info', 'text');
  const read = (ref: string, more: () => Promise<void>) =>
    progress.phase('fetch', 2, () => progress.step('fetch', ref, () => work(3_000)().then(more)), { isRoutine: true });
  await read('jira', async () => {});
  assert.deepEqual(texts(), []);
  await read('jira', () => progress.step('verify', 'jira', work(20)));
  assert.deepEqual(texts(), ['INFO: Fetched 1 of 2 packs in 3.0 s.', 'INFO: Verified jira in 20 ms.']);
});

test('what takes minutes is told once a minute while it lasts', async () => {
  mock.timers.enable({ apis: ['setInterval'] });
  try {
    const { progress, clock, texts } = logging('info', 'text');
    const pass = (ms: number) => {
      clock.ms += ms;
      mock.timers.tick(ms);
    };
    await progress.phase('environment', 2, async () => {
      const gate = createGate();
      const slow = progress.step('environment', 'jira', () => gate.opened);
      pass(30_000);
      const later = progress.step('environment', 'vault', () => gate.opened);
      pass(30_000);
      pass(60_000);
      gate.open();
      await Promise.all([slow, later]);
    });
    pass(600_000);
    assert.deepEqual(texts(), [
      'INFO: jira: environment has taken 1 min so far.',
      'INFO: jira: environment has taken 2 min so far.',
      'INFO: vault: environment has taken 1 min 30 s so far.',
      'INFO: jira: environment took 2 min.',
      'INFO: vault: environment took 1 min 30 s.',
      'INFO: Prepared the environments of 2 packs in 2 min.',
    ]);
  } finally {
    mock.timers.reset();
  }
});
