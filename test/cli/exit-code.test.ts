import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PackResult, RunResult } from '../../src/apply/result.ts';
import { exitCodeOfPlan, exitCodeOfRefusal, exitCodeOfRun } from '../../src/cli/exit-code.ts';
import { problem } from '../../src/errors.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { sampleChange, samplePlan } from '../plan/sample-plan.ts';

const change = sampleChange();
const blocked = sampleChange({ ref: 'aws', blocks: [{ code: 'x', sentence: 'x', rows: [] }] });
const unreadable = { ref: 'gone', problems: [] };
const error = problem('error', 'x', 'x');
const warning = problem('warning', 'x', 'x');

for (const [name, given, plain, detailed] of [
  ['nothing to change', {}, 0, 0],
  ['changes', { changes: [change] }, 0, 2],
  ['a warning', { changes: [change], problems: [warning] }, 0, 2],
  ['something blocked', { changes: [change, blocked] }, 3, 3],
  ['a pack that cannot be read', { changes: [change, blocked], unreadable: [unreadable] }, 1, 1],
  ['an invalid document', { changes: [blocked], problems: [error] }, 1, 1],
] satisfies [string, Partial<Plan>, number, number][]) {
  test(`a plan with ${name} exits with ${plain}, and with ${detailed} where codes are detailed`, () => {
    assert.equal(exitCodeOfPlan(samplePlan(given), false), plain);
    assert.equal(exitCodeOfPlan(samplePlan(given), true), detailed);
  });
}

for (const [name, given, expected] of [
  ['changes', { changes: [change] }, 3],
  ['a pack that cannot be read', { changes: [change], unreadable: [unreadable] }, 1],
  ['an invalid document', { changes: [change], problems: [error] }, 1],
] satisfies [string, Partial<Plan>, number][]) {
  test(`a plan with ${name} that a person says no to exits with ${expected}`, () => {
    assert.equal(exitCodeOfRefusal(samplePlan(given)), expected);
  });
}

function run(outcomes: readonly PackResult['outcome'][], given: Partial<RunResult> = {}): RunResult {
  const packs = outcomes.map((outcome, index): PackResult => {
    const nothing = { action: null, reason: null, from: null, to: null, problems: [], retry: false, durationMs: 1 };
    return { ...nothing, ref: `p${index}`, outcome };
  });
  return { outcome: 'applied', packs, problems: [], unchanged: 0, durationMs: 1, run: null, ...given };
}

for (const [name, result, interrupted, expected] of [
  ['everything applied', run(['applied']), false, 0],
  ['nothing to do', run([]), false, 0],
  ['something blocked', run(['applied', 'blocked']), false, 3],
  ['something skipped, because what it needs was blocked', run(['blocked', 'skipped']), false, 3],
  ['something skipped, because the run was stopped', run(['applied', 'skipped']), true, 1],
  ['everything applied before it was stopped', run(['applied']), true, 0],
  ['something failed', run(['blocked', 'failed']), false, 1],
  ['something unreadable', run(['blocked', 'unreadable']), false, 1],
  ['an invalid document', run(['applied'], { problems: [error] }), false, 1],
] satisfies [string, RunResult, boolean, number][]) {
  test(`a run with ${name} exits with ${expected}`, () => {
    assert.equal(exitCodeOfRun(result, interrupted), expected);
  });
}
