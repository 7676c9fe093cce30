import assert from 'node:assert/strict';
import { PassThrough, Writable } from 'node:stream';
import { mock, test } from 'node:test';
import { confirm } from '../../../src/cli/confirm.ts';
import { createProgress } from '../../../src/cli/create-progress.ts';
import { createErrorOutput } from '../../../src/cli/output.ts';
import { createLogger } from '../../../src/logger.ts';
import { createRedactor } from '../../../src/redactor.ts';
import { Secret } from '../../../src/secret.ts';
import { createGate } from '../../support/gate.ts';
import { createScreen } from '../../support/screen.ts';

/** A terminal whose clock stands still until `pass` is called. */
function terminal({ columns = 80, rows = 24, color = false, canRedraw = true } = {}) {
  const timers = mock.timers;
  timers.enable({ apis: ['setInterval'] });
  const screen = createScreen(columns, rows);
  const clock = { ms: 0, writes: 0 };
  const stream = Object.assign(
    new Writable({
      write(chunk, _encoding, done) {
        clock.writes += 1;
        screen.write(String(chunk));
        done();
      },
    }),
    screen.size,
  );
  const redactor = createRedactor();
  redactor.know(new Secret('canary-4711'));
  const output = createErrorOutput(stream, { redactor, color, isTerminal: true, width: columns, canRedraw });
  const log = createLogger({ level: 'info', format: 'text', redactor, write: output.write });
  const progress = createProgress({ output, log, logFormat: 'text', logLevel: 'info', nowMs: () => clock.ms });
  return {
    progress,
    output,
    log,
    clock,
    seen: () => screen.lines(),
    pass(ms: number) {
      clock.ms += ms;
      timers.tick(ms);
    },
    resize(next: number, { told = true } = {}) {
      if (told) stream.columns = next;
      screen.resize(next);
    },
    [Symbol.dispose]() {
      progress.close();
      timers.reset();
    },
  };
}

test('packs under way are shown with their step and its time, and nothing is left of them', async () => {
  using at = terminal();
  const gate = createGate();
  at.output.write('Plan: 2 to install.\n');
  const done = at.progress.phase('fetch', 2, () =>
    Promise.all([
      at.progress.step('fetch', 'jira', () => gate.opened),
      at.progress.step('fetch', 'vault', () => at.progress.step('verify', 'vault', () => gate.opened)),
    ]),
  );
  at.pass(100);
  assert.deepEqual(at.seen(), [
    'Plan: 2 to install.',
    '░░░░░░░░░░░░░░░░░░░░░░░░  0/2  Fetching packs  0.1 s',
    '  jira              fetch         0.1 s',
    '  vault             verify        0.1 s',
  ]);
  at.pass(1_400);
  assert.match(at.seen()[2] ?? '', /^ {2}jira {14}fetch {9}1\.5 s$/);
  gate.open();
  await done;
  assert.deepEqual(at.seen(), ['Plan: 2 to install.']);
});

test('what is over within a tenth of a second is not drawn at all', async () => {
  using at = terminal();
  for (const step of ['publish', 'rows'] as const) {
    await at.progress.phase(step, 1, () => at.progress.step(step, 'jira', async () => at.pass(60)));
  }
  assert.equal(at.clock.writes, 0);
});

test('log lines that come meanwhile stand above it, whole', async () => {
  using at = terminal({ rows: 6 });
  const gate = createGate();
  const refs = ['a', 'b', 'c', 'd', 'e', 'f'];
  const done = at.progress.phase('fetch', 6, () =>
    Promise.all(refs.map((ref) => at.progress.step('fetch', ref, () => gate.opened))),
  );
  for (let line = 0; line < 10; line += 1) {
    at.pass(100);
    at.log.warn(`line ${line}`);
  }
  const during = at.seen();
  assert.deepEqual(
    during.slice(0, 10).map((line) => line.slice(-6)),
    Array.from({ length: 10 }, (_, line) => `line ${line}`),
  );
  assert.equal(during.length, 15);
  assert.match(during.at(-1) ?? '', /and 3 more/);
  gate.open();
  await done;
  assert.equal(at.seen().length, 10);
});

test('while a question waits for its answer nothing is drawn, and afterwards it is', async () => {
  using at = terminal();
  const gate = createGate();
  const done = at.progress.step('tests', 'jira', () => gate.opened);
  at.pass(100);
  const input = new PassThrough();
  const answer = confirm('Apply these changes?', { input, output: at.output, signal: new AbortController().signal });
  at.pass(500);
  assert.deepEqual(at.seen(), ['Apply these changes? [y/N]']);
  input.write('y\n');
  assert.equal(await answer, true);
  // The terminal itself shows what a person types.
  assert.match(at.seen().join('\n'), /jira +tests/);
  gate.open();
  await done;
});

for (const [name, columns] of [
  ['narrower', 40],
  ['wider', 120],
] as const) {
  test(`a window that becomes ${name} leaves nothing behind`, async () => {
    using at = terminal();
    const gate = createGate();
    at.output.write('Plan: 1 to install.\n');
    const ref = 'a-pack-with-quite-a-long-ref-that-is-wider-than-forty-columns';
    const done = at.progress.phase('environment', 1, () => at.progress.step('environment', ref, () => gate.opened));
    at.pass(100);
    at.resize(columns);
    at.pass(100);
    const lines = at.seen();
    assert.equal(lines.length, 3);
    assert.ok(lines.every((line) => line.length < columns));
    gate.open();
    await done;
    assert.deepEqual(at.seen(), ['Plan: 1 to install.']);
  });
}

test('a window that became narrower before anybody was told leaves nothing behind either', async () => {
  using at = terminal();
  const gate = createGate();
  at.output.write('Plan: 1 to install.\n');
  const done = at.progress.phase('environment', 1, () => at.progress.step('environment', 'jira', () => gate.opened));
  at.pass(100);
  at.resize(30, { told: false });
  at.pass(100);
  assert.equal(at.seen().length, 3);
  gate.open();
  await done;
  assert.deepEqual(at.seen(), ['Plan: 1 to install.']);
});

test('a run that fails or is cut short leaves nothing behind, and what goes on after it draws nothing', async () => {
  using at = terminal();
  const gate = createGate();
  const failing = at.progress.phase('rows', 3, () => {
    at.pass(100);
    return Promise.reject(new Error('gone'));
  });
  await assert.rejects(failing);
  assert.deepEqual(at.seen(), []);
  const late = at.progress.step('environment', 'jira', () => gate.opened);
  at.pass(100);
  assert.equal(at.seen().length, 1);
  at.progress.close();
  at.pass(1_000);
  assert.deepEqual(at.seen(), []);
  gate.open();
  await late;
  assert.deepEqual(at.seen(), []);
});

test('a name cannot write to the terminal, and secrets stay hidden', async () => {
  using at = terminal();
  const ref = 'canary-4711\u001b[2J';
  await at.progress.step('fetch', ref, async () => at.pass(100));
  await at.progress.step('fetch', ref, async () => {
    at.pass(100);
    assert.match(at.seen().join(''), /\(secret\)\\u001b\[2J/);
  });
});

test('without colours there is no escape sequence but for moving and clearing', async () => {
  const written = async (color: boolean) => {
    const chunks: string[] = [];
    using at = terminal({ color });
    const { setFooter } = at.output;
    Object.assign(at.output, {
      setFooter: (footer: Parameters<typeof setFooter>[0]) =>
        void chunks.push(...(footer?.({ columns: 80, rows: 24 }) ?? [])),
    });
    await at.progress.phase('rows', 1, () => at.progress.step('rows', 'jira', async () => at.pass(100)));
    return chunks.join('\n');
  };
  assert.equal((await written(false)).includes('\u001b'), false);
  assert.equal((await written(true)).includes('\u001b['), true);
});

test('a terminal that only goes forward gets log lines', async () => {
  using at = terminal({ canRedraw: false });
  await at.progress.phase('fetch', 1, () => at.progress.step('fetch', 'jira', async () => at.pass(200)));
  assert.match(at.seen().join('\n'), /^\[.{8}\] INFO: Fetched jira in 200 ms\.$/);
});

test('hundreds of packs are drawn as often as one', async () => {
  using at = terminal();
  await at.progress.phase('rows', 200, async () => {
    for (let index = 0; index < 200; index += 1) {
      await at.progress.step('rows', `pack${index}`, async () => at.pass(10));
    }
  });
  assert.ok(at.clock.writes <= 22, `${at.clock.writes} writes in two seconds`);
});
