import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { renderLive } from '../../../src/cli/progress/render-live.ts';
import { progressSteps } from '../../../src/progress.ts';
import { displayWidth } from '../../../src/text/display-width.ts';
import { createPaint } from '../../../src/text/paint.ts';

const plain = createPaint(false);
const nowMs = 125_000;
const phase = { step: 'environment', total: 12, over: 5, startedMs: nowMs - 14_300 } as const;
const packs = [
  { ref: 'observatory-control', step: 'environment', startedMs: 0 },
  { ref: 'greenhouse', step: 'environment', startedMs: nowMs - 12_400 },
  { ref: 'jira', step: 'tests', startedMs: nowMs - 40 },
] as const;

for (const [columns, expected] of [
  [
    120,
    [
      '██████████░░░░░░░░░░░░░░   5/12  Preparing environments  14.3 s',
      '  observatory-control  environment  2 min 5 s',
      '  greenhouse           environment     12.4 s',
      '  jira                 tests            0.0 s',
    ],
  ],
  [
    40,
    [
      ' 5/12  Preparing environments  14.3 s',
      '  observatory-c…  environment  2 min 5 s',
      '  greenhouse      environment     12.4 s',
      '  jira            tests            0.0 s',
    ],
  ],
  [24, [' 5/12  Preparing enviro…', '  observat…  environment', '  greenhou…  environment', '  jira       tests']],
  [12, [' 5/12  Prep…', '  observato…', '  greenhouse', '  jira']],
] as const) {
  test(`in ${columns} columns each pack has its step, and its time where there is room`, () => {
    assert.deepEqual(renderLive({ phase, packs, nowMs }, { columns: columns + 1, rows: 24 }, plain), expected);
  });
}

test('as many packs as the rows hold, the longest under way first, and how many more there are', () => {
  const many = Array.from({ length: 40 }, (_, index) => ({ ref: `p${index}`, step: 'fetch', startedMs: 0 }) as const);
  const lines = (rows: number) =>
    renderLive({ phase, packs: many, nowMs }, { columns: 80, rows }, plain).map((line) => line.trim().split('  ')[0]);
  assert.deepEqual(lines(5).slice(1), ['p0', 'p1', 'and 38 more']);
  assert.deepEqual(lines(24).slice(-2), ['p10', 'and 29 more']);
  assert.equal(lines(2).length, 1);
});

test('without a phase there are only the packs', () => {
  assert.deepEqual(renderLive({ phase: null, packs: packs.slice(2), nowMs }, { columns: 80, rows: 24 }, plain), [
    '  jira              tests         0.0 s',
  ]);
});

test('no line is as wide as the terminal, and colours change no letter', () => {
  const pack = fc.record({
    ref: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }),
    step: fc.constantFrom(...progressSteps),
    startedMs: fc.nat(nowMs),
  });
  const size = fc.record({ columns: fc.integer({ min: 1, max: 130 }), rows: fc.integer({ min: 1, max: 30 }) });
  fc.assert(
    fc.property(fc.array(pack, { maxLength: 20 }), size, fc.option(fc.constant(phase)), (some, screen, maybe) => {
      const live = { phase: maybe, packs: some, nowMs };
      const lines = renderLive(live, screen, plain);
      for (const line of lines) assert.ok(displayWidth(line) < Math.max(2, screen.columns), line);
      assert.ok(lines.length <= Math.max(1, screen.rows - 1));
      const painted = renderLive(live, screen, createPaint(true)).map((line) =>
        stripVTControlCharacters(line).trimEnd(),
      );
      assert.deepEqual(painted, lines.map(stripVTControlCharacters));
    }),
  );
});
