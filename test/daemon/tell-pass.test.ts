import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PackResult } from '../../src/apply/result.ts';
import type { PassReport } from '../../src/daemon/run-pass.ts';
import { createPassTeller } from '../../src/daemon/tell-pass.ts';
import { problem } from '../../src/errors.ts';
import type { EventBody } from '../../src/events/event.ts';
import { nothingDone, packResult } from './daemon-scene.ts';

const failed = (ref: string, code: string, more: Partial<PackResult> = {}) =>
  packResult(ref, { outcome: 'failed', problems: [problem('error', code, `${code} at ${Math.random()}`)], ...more });

const version = (digest: string) => ({ version: '1.0.0', digest, commit: null });

/** Tells passes with these packs, one after the other. @returns of each what was told of packs */
function tell(...passes: readonly (readonly [packs: readonly PackResult[], targets?: readonly string[]])[]) {
  const told: EventBody[] = [];
  const teller = createPassTeller((body) => told.push(body));
  return passes.map(([packs, targets]) => {
    told.length = 0;
    const end: PassReport = { failing: [], dueMs: 0, durationMs: 5, result: { ...nothingDone, packs } };
    const retries = new Map([['jira', { attempts: 1, at: new Date(1000) }]]);
    teller(end, { cause: 'interval', ...(targets === undefined ? {} : { targets }) }, { nextMs: 30_000, retries });
    return told.flatMap((body) =>
      body.type === 'pack-troubled' || body.type === 'pack-recovered' ? [`${body.type} ${body.ref}`] : [],
    );
  });
}

test('a pack that fails as before is told once, and once when it does well again', () => {
  const jira = failed('jira', 'git-timeout');
  assert.deepEqual(tell([[jira]], [[failed('jira', 'git-timeout')]], [[]], [[]]), [
    ['pack-troubled jira'],
    [],
    ['pack-recovered jira'],
    [],
  ]);
});

test('another problem, and another version that fails alike, are news', () => {
  assert.deepEqual(
    tell(
      [[failed('jira', 'tests-failed', { to: version('a') })]],
      [[failed('jira', 'tests-failed', { to: version('b') })]],
      [[failed('jira', 'disk-full', { to: version('b') })]],
    ),
    [['pack-troubled jira'], ['pack-troubled jira'], ['pack-troubled jira']],
  );
});

test('a retry of one pack says nothing of the others', () => {
  assert.deepEqual(
    tell([[failed('jira', 'a'), failed('core', 'a')]], [[packResult('jira')], ['jira']], [[failed('core', 'a')]]),
    [['pack-troubled jira', 'pack-troubled core'], ['pack-recovered jira'], []],
  );
});

test('what waits for another pack, for a proof or for a fetch is neither trouble nor its end', () => {
  for (const code of ['needs-another', 'absence-unproven', 'git-fetching', 'superseded', 'stopped', 'suspended']) {
    assert.deepEqual(tell([[failed('jira', code)]], [[]]), [[], []], code);
    assert.deepEqual(
      tell([[failed('jira', 'a')]], [[failed('jira', code)]], [[failed('jira', 'a')]], [[]]),
      [['pack-troubled jira'], [], [], ['pack-recovered jira']],
      code,
    );
  }
});

test('a pass that documents made fail is told with the first of their errors', () => {
  const told: EventBody[] = [];
  const errors = Array.from({ length: 7 }, (_, index) => problem('error', 'yaml-syntax', `No ${index}.`));
  const problems = [problem('warning', 'unused', 'It is not used.'), ...errors];
  const end = {
    failing: [],
    dueMs: 0,
    durationMs: 5,
    result: { ...nothingDone, outcome: 'failed' as const, problems },
  };
  createPassTeller((body) => told.push(body))(end, { cause: 'change' }, { nextMs: 9, retries: new Map() });
  const [ended] = told;
  assert.ok(ended?.type === 'pass-ended');
  assert.deepEqual(ended.problems, errors.slice(0, 5));
});

test('the whole of a pass is told: what was applied, what is tried again and when, how it ended', () => {
  const told: EventBody[] = [];
  const teller = createPassTeller((body) => told.push(body));
  const applied = packResult('core', { to: { version: '1.1.0', digest: 'd', commit: null }, durationMs: 7 });
  const jira = failed('jira', 'git-timeout');
  const result = { ...nothingDone, outcome: 'failed' as const, packs: [applied, jira], unchanged: 3, run: '12' };
  const retries = new Map([['jira', { attempts: 2, at: new Date(1000) }]]);
  teller({ failing: [], dueMs: 0, durationMs: 5, result }, { cause: 'change' }, { nextMs: 750, retries });
  teller({ again: 'soon', error: new Error('gone'), durationMs: 2 }, { cause: 'interval' }, { nextMs: 9, retries });
  assert.deepEqual(told, [
    { type: 'pack-applied', ref: 'core', action: 'install', reason: '', version: '1.1.0', durationMs: 7 },
    { type: 'pack-troubled', ref: 'jira', outcome: 'failed', problems: jira.problems, retryAt: new Date(1000) },
    {
      type: 'pass-ended',
      cause: 'change',
      outcome: 'failed',
      packs: { unchanged: 3, applied: 1, failed: 1 },
      durationMs: 5,
      nextMs: 750,
      run: '12',
    },
    {
      type: 'pass-failed',
      cause: 'interval',
      problems: [problem('error', 'unexpected', 'gone')],
      durationMs: 2,
      nextMs: 9,
    },
  ]);
});
