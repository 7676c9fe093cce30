import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PackResult, RunResult } from '../../src/apply/result.ts';
import { createReporter } from '../../src/daemon/report-pass.ts';
import { problem } from '../../src/errors.ts';
import { createLogger } from '../../src/logger.ts';
import { emptyChange } from '../../src/plan/diff/empty-change.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { createRedactor } from '../../src/redactor.ts';
import { createContext } from '../metrics/context.ts';
import { emptyPlan, nothingDone, packResult } from './daemon-scene.ts';

/** What a daemon logs of a pass, as objects. */
function logged(given: { plan?: Partial<Plan>; packs?: readonly PackResult[]; result?: Partial<RunResult> }) {
  const lines: Record<string, unknown>[] = [];
  const write = (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>);
  const log = createLogger({ level: 'info', format: 'json', redactor: createRedactor(), write });
  const reporter = createReporter({ ...createContext('/nowhere'), log }, { logsData: true });
  const result = { ...nothingDone, packs: given.packs ?? [], ...given.result };
  reporter.plan({ ...emptyPlan, ...given.plan }, { cause: 'change' });
  const end = { failing: [], dueMs: 0, result, durationMs: 40 };
  reporter.passed(end, { cause: 'change' }, { nextMs: 30_000, retries: new Map(), endedAt: new Date(0) });
  return lines;
}

function pick(lines: readonly Record<string, unknown>[], ...names: readonly string[]) {
  return lines.map((line) => Object.fromEntries(names.flatMap((name) => (name in line ? [[name, line[name]]] : []))));
}

test('a line of a pack that failed has its ref, the code and the run; one of several has all refs', () => {
  const broken = { outcome: 'failed', problems: [problem('error', 'in-use', 'It is in use.')] } as const;
  const other = { outcome: 'failed', problems: [problem('error', 'disk-full', 'No space.')] } as const;
  const packs = [packResult('core', broken), packResult('lights', broken), packResult('house', other)];
  const lines = logged({ packs, result: { outcome: 'failed', run: '17' } });
  assert.deepEqual(pick(lines, 'level', 'ref', 'refs', 'code', 'run', 'outcome'), [
    { level: 'error', refs: ['core', 'lights'], code: 'in-use', run: '17' },
    { level: 'error', ref: 'house', code: 'disk-full', run: '17' },
    { level: 'info', run: '17', outcome: 'failed' },
  ]);
  const [first] = lines;
  assert.match(String(first?.time), /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
});

test('packs that could not be read, and that only a change can mend, are said to wait for it', () => {
  const broken = { outcome: 'unreadable', retry: false, problems: [problem('error', 'no-pack', 'None.')] } as const;
  const [one] = logged({ packs: [packResult('core', broken)] });
  assert.deepEqual([one?.level, one?.msg], ['warn', 'core could not be read. It waits for a change.']);
  const [two] = logged({ packs: [packResult('core', broken), packResult('house', broken)] });
  assert.equal(two?.msg, 'core, house could not be read. They wait for a change.');
});

test('a plan is a line a pack and one a problem where the log is read by its fields', () => {
  const reason = { code: 'content-changed', sentence: 'content changed' } as const;
  const change = emptyChange('core', { action: 'reinstall', reason });
  const blocked = { ...change, ref: 'lights', blocks: [{ code: 'in-use', sentence: '2 executions run', rows: [] }] };
  const where = { file: 'a.yaml', line: 3, column: 1 };
  const lines = logged({
    plan: {
      changes: [change, blocked],
      unreadable: [{ ref: 'house', problems: [problem('error', 'git-timeout', 'It gave no answer.')] }],
      problems: [problem('error', 'unknown-key', 'No such key.', { where })],
    },
  });
  assert.deepEqual(pick(lines.slice(0, 4), 'level', 'ref', 'action', 'reason', 'code', 'where', 'msg'), [
    {
      level: 'info',
      ref: 'core',
      action: 'reinstall',
      reason: 'content-changed',
      msg: 'core: reinstall, content changed',
    },
    {
      level: 'warn',
      ref: 'lights',
      action: 'reinstall',
      reason: 'content-changed',
      code: 'in-use',
      msg: 'lights: reinstall is blocked, 2 executions run.',
    },
    { level: 'warn', ref: 'house', code: 'git-timeout', msg: 'house cannot be read: It gave no answer. [git-timeout]' },
    { level: 'error', code: 'unknown-key', where, msg: 'No such key. [unknown-key]' },
  ]);
});
