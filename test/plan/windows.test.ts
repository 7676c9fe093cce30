import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SyncWindow } from '../../src/config/config.ts';
import { buildPlan } from '../../src/plan/build-plan.ts';
import type { PlanOptions } from '../../src/plan/pack-scope.ts';
import { applied, changeOf, codesOf, component, desire, nothingInstalled, repair, wanted } from './build.ts';

const { now } = nothingInstalled.safeguards;
const packs = ['jira', 'net-dns', 'net-ntp'].map((ref) => wanted(ref, [component('trigger', `${ref}.t`)]));
const newer = packs.map(({ ref }) => wanted(ref, [component('trigger', `${ref}.t`)], { version: '2.0.0' }));
const everyMinute = { schedule: '* * * * *', durationMs: 3_600_000, timeZone: 'UTC' };
const freeze: SyncWindow = { kind: 'deny', ...everyMinute, packs: ['net-*'], reason: 'network freeze' };

function plan(windows: readonly SyncWindow[], more: Partial<PlanOptions> = {}) {
  const options = { ...repair, windows: { windows, file: '/etc/attune.config.yaml' }, ...more };
  return buildPlan(desire(newer), applied(packs), options);
}

test('a closed sync window blocks the packs that it names, and says when it opens; others go on', () => {
  const found = plan([freeze]);
  assert.deepEqual(
    found.changes.map(({ ref, blocks }) => [ref, codesOf(blocks)]),
    [
      ['jira', []],
      ['net-dns', ['suspended']],
      ['net-ntp', ['suspended']],
    ],
  );
  const [block] = changeOf(found, 'net-dns').blocks;
  assert.match(block?.sentence ?? '', /^suspended by a sync window since .+ until .+: network freeze$/);
  assert.deepEqual(
    found.suspensions?.map(({ pack, by, where }) => [pack, by, where?.file]),
    [
      ['net-dns', 'window', '/etc/attune.config.yaml'],
      ['net-ntp', 'window', '/etc/attune.config.yaml'],
    ],
  );
  assert.deepEqual(codesOf(found.notes), []);
});

test('where only windows that are over allow it, nothing is applied', () => {
  const night: SyncWindow = { kind: 'allow', schedule: '0 0 1 1 *', durationMs: 60_000, timeZone: 'UTC' };
  const found = plan([night]);
  assert.ok(now.getUTCHours() !== 0);
  assert.deepEqual([...new Set(found.changes.flatMap(({ blocks }) => codesOf(blocks)))], ['suspended']);
  assert.match(changeOf(found, 'jira').blocks[0]?.sentence ?? '', /: outside of 0 0 1 1 \* UTC$/);
});

test('a person may have it done all the same; the reason stands in the change', () => {
  const found = plan([freeze], { despiteWindows: 'hotfix 42' });
  const change = changeOf(found, 'net-dns');
  assert.deepEqual(change.blocks, []);
  assert.match(change.reason.sentence, /^1\.0\.0 → 2\.0\.0, although suspended by a sync window .+ \(hotfix 42\)$/);
  assert.deepEqual(
    change.warnings.map(({ code }) => code),
    ['suspended'],
  );
});

test('that goes for windows only, not for what a person suspended', () => {
  const suspend = { reason: 'audit', file: '/etc/attune.config.yaml' };
  const found = plan([freeze], { despiteWindows: 'hotfix 42', suspend });
  assert.deepEqual(codesOf(changeOf(found, 'net-dns').blocks), ['suspended', 'suspended']);
});
