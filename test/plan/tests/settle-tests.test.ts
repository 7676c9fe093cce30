import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestPolicy } from '../../../src/config/config.ts';
import type { Desired } from '../../../src/desired/desired.ts';
import type { PackTesting } from '../../../src/packs/content.ts';
import type { PackChange } from '../../../src/plan/plan.ts';
import { findTests } from '../../../src/plan/tests/find-tests.ts';
import { settleTests } from '../../../src/plan/tests/settle-tests.ts';
import { tellTests } from '../../../src/plan/tests/tell-tests.ts';
import { sampleChange, samplePlan } from '../sample-plan.ts';

const version = (digest: string | null) => ({ version: '1.0.0', digest, commit: null });
const [old, fresh] = [version('a'.repeat(64)), version('b'.repeat(64))];
const change = (more: Partial<PackChange> = {}): PackChange =>
  sampleChange({ ref: 'one', action: 'reinstall', files: true, from: old, to: fresh, blocks: [], ...more });

function wanted(more: { onFailure?: PackTesting['onFailure']; tests?: TestPolicy; without?: boolean } = {}) {
  const testing = { runners: [], minPassRate: 1, onFailure: more.onFailure ?? 'block' };
  const content = { digest: fresh.digest, ...(more.without === true ? {} : { testing }) };
  const document = more.tests === undefined ? {} : { tests: more.tests };
  return { ref: 'one', content, document } as unknown as Desired['packs'][number];
}

const environment = (key: string) => ({ key }) as NonNullable<PackChange['environments']>[number];

/** What a change is → what its failing tests do; null: they do not run. */
const rows: Readonly<
  Record<string, readonly [Partial<PackChange>, Parameters<typeof wanted>[0], TestPolicy, string | null]>
> = {
  'an upgrade': [{}, {}, 'pack', 'block'],
  'an install': [{ action: 'install', from: null }, {}, 'pack', 'block'],
  'an adoption of other content': [{ action: 'adopt' }, {}, 'pack', 'block'],
  'an adoption of nobody knows what': [{ action: 'adopt', from: version(null) }, {}, 'pack', 'block'],
  'an adoption of the same content': [{ action: 'adopt', from: fresh }, {}, 'pack', null],
  'the same files, read anew': [{ from: fresh, reason: { code: 'content-changed', sentence: '' } }, {}, 'pack', null],
  'the same files, asked for': [{ from: fresh, reason: { code: 'forced', sentence: '' } }, {}, 'pack', 'block'],
  'a repair': [{ action: 'repair', from: fresh }, {}, 'pack', null],
  'a change of config': [{ action: 'configure', files: false }, {}, 'pack', null],
  'a pack without tests': [{}, { without: true }, 'pack', null],
  'a pack whose failing tests only warn': [{}, { onFailure: 'warn' }, 'pack', 'warn'],
  'a pack that ignores its failing tests': [{}, { onFailure: 'ignore' }, 'pack', 'ignore'],
  'a configuration that has them reported': [{}, {}, 'report', 'warn'],
  'a pack that ignores them where they are reported': [{}, { onFailure: 'ignore' }, 'report', 'ignore'],
  'a configuration that has them off': [{}, {}, 'off', null],
  'a document that has them on': [{}, { tests: 'pack' }, 'off', 'block'],
  'a document that has them off': [{}, { tests: 'off' }, 'pack', null],
};

for (const [what, [more, of, policy, expected]] of Object.entries(rows)) {
  test(`tests before ${what}: ${expected ?? 'none'}`, () => {
    assert.equal(findTests(change(more), wanted(of), policy)?.onFailure ?? null, expected);
  });
}

test('a change that failed its tests is blocked as long as content, environments and policy are the same', () => {
  const desired = { packs: [wanted()] } as unknown as Desired;
  const environments = [environment('k2'), environment('k1')];
  const known = findTests(change({ environments }), wanted(), 'pack')?.state ?? '';
  const failedTests = new Map([['one', { state: known, message: 'its tests failed: x' }]]);
  const blocks = (more: Partial<PackChange>, policy: TestPolicy = 'pack', packs = desired) =>
    settleTests(samplePlan({ changes: [change(more)] }), packs, { policy, failedTests }).changes[0]?.blocks;
  const block = [{ code: 'tests-failed', sentence: 'its tests failed: x', rows: [] }];
  assert.deepEqual(blocks({ environments: environments.toReversed() }), block);
  assert.deepEqual(blocks({ environments: [environment('k1')] }), []);
  assert.deepEqual(blocks({ environments }, 'report'), []);
  assert.deepEqual(blocks({ environments }, 'off'), []);
  assert.deepEqual(blocks({ environments, action: 'repair' }), []);
  const warns = { packs: [wanted({ onFailure: 'warn' })] } as unknown as Desired;
  assert.deepEqual(blocks({ environments }, 'pack', warns), []);
});

test('a person who has tests skipped is not held back by what failed', () => {
  const failedTests = new Map([['one', { state: findTests(change(), wanted(), 'pack')?.state ?? '', message: 'x' }]]);
  const desired = { packs: [wanted()] } as unknown as Desired;
  const plan = settleTests(samplePlan({ changes: [change()] }), desired, {
    policy: 'pack',
    skipTests: true,
    failedTests,
  });
  assert.deepEqual([plan.skipsTests, plan.changes[0]?.blocks], [true, []]);
});

test('a plan names the tests that come before a change, unless a person skips them', () => {
  const told = (more: Partial<PackChange>, of: Parameters<typeof wanted>[0], policy: TestPolicy = 'pack') => {
    const desired = { packs: [wanted(of)] } as unknown as Desired;
    return tellTests(samplePlan({ changes: [change(more)] }), desired, policy);
  };
  const testsOf = (...given: Parameters<typeof told>) => told(...given).changes[0]?.tests;
  const tests = { runners: [], onFailure: 'block', policy: 'pack' };
  assert.deepEqual(testsOf({}, {}), tests);
  assert.deepEqual(testsOf({}, {}, 'off'), { ...tests, policy: 'off' });
  assert.deepEqual(testsOf({}, { tests: 'report' }, 'off'), { ...tests, policy: 'report' });
  assert.equal(testsOf({}, { without: true }), undefined);
  assert.equal(testsOf({ action: 'repair' }, {}), undefined);
  const desired = { packs: [wanted()] } as unknown as Desired;
  const skipped = settleTests(told({}, {}), desired, { policy: 'pack', skipTests: true });
  assert.deepEqual([skipped.skipsTests, skipped.changes[0]?.tests], [true, undefined]);
});
