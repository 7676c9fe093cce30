import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ProgressStep } from '../../src/progress.ts';
import { noProgress } from '../../src/progress.ts';
import { feelPulse } from '../../src/systemd/feel-pulse.ts';
import { judgeProgress } from '../../src/systemd/judge-progress.ts';
import { createContext } from '../metrics/context.ts';

const now = new Date('2026-01-02T03:04:05Z');
const minutes = (count: number) => count * 60_000;
const ago = (count: number) => new Date(now.getTime() - minutes(count));
const { config } = createContext('/nowhere');
const pass = { pass: { cause: 'change' }, startedAt: ago(300) } as const;

interface Row {
  readonly what: string;
  readonly state: Parameters<typeof judgeProgress>[0];
  readonly silent: number;
  readonly steps?: readonly ProgressStep[];
  readonly stuck: RegExp | null;
}

const leader = { role: 'leader', pass: null, nextLookAt: null } as const;
const rows: readonly Row[] = [
  { what: 'a long pass in which something goes on', state: { ...leader, pass }, silent: 9, stuck: null },
  { what: 'a pass in which nothing goes on', state: { ...leader, pass }, silent: 11, stuck: /not moved for 11 min$/ },
  {
    what: 'a build within its own deadlines',
    state: { ...leader, pass },
    silent: 13,
    steps: ['environment'],
    stuck: null,
  },
  {
    what: 'a build past them',
    state: { ...leader, pass },
    silent: 15,
    steps: ['environment'],
    stuck: /\(environment\)$/,
  },
  { what: 'tests, which may take a day', state: { ...leader, pass }, silent: 600, steps: ['tests'], stuck: null },
  { what: 'rest until the next pass', state: { ...leader, nextLookAt: ago(-600) }, silent: 600, stuck: null },
  {
    what: 'a pass that is due and does not come',
    state: { ...leader, nextLookAt: ago(11) },
    silent: 50,
    stuck: /due for/,
  },
  { what: 'a standby, which does nothing', state: { ...leader, role: 'standby' }, silent: 600, stuck: null },
];

for (const { what, state, silent, steps = [], stuck } of rows) {
  test(`${what} ${stuck === null ? 'is progress' : 'is none'}`, () => {
    const said = judgeProgress(state, { silentMs: minutes(silent), steps }, { config, now });
    if (stuck === null) assert.equal(said, null);
    else assert.match(said ?? '', stuck);
  });
}

test('each step that begins or ends is a sign of life, and is under way between', async () => {
  let nowMs = 0;
  const pulse = feelPulse(noProgress, () => nowMs);
  nowMs = 100;
  assert.deepEqual(pulse.read(), { silentMs: 100, steps: [] });
  await pulse.progress.step('tests', 'core', async () => {
    nowMs = 150;
    assert.deepEqual(pulse.read(), { silentMs: 50, steps: ['tests'] });
  });
  assert.deepEqual(pulse.read(), { silentMs: 0, steps: [] });
  await assert.rejects(pulse.progress.step('rows', 'core', () => Promise.reject(new Error('no'))));
  assert.deepEqual(pulse.read().steps, []);
});
