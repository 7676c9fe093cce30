import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Actual } from '../../../src/actual/actual.ts';
import type { Suspension } from '../../../src/actual/safeguards.ts';
import { buildPlan } from '../../../src/plan/build-plan.ts';
import { applied, changeOf, codesOf, component, desire, nothingInstalled, repair, wanted, withRow } from '../build.ts';

const { now } = nothingInstalled.safeguards;
const later = (hours: number) => new Date(now.getTime() + hours * 3_600_000);
const packs = ['aa', 'bb'].map((ref) => wanted(ref, [component('trigger', `${ref}.t`)]));
const newer = ['aa', 'bb'].map((ref) => wanted(ref, [component('trigger', `${ref}.t`)], { version: '2.0.0' }));

function said(pack: string | null, parts: Partial<Suspension> = {}): Suspension {
  return { pack, reason: 'too loud', who: 'ann@host', since: later(-1), until: null, ...parts };
}

function suspending(actual: Actual, ...suspensions: readonly Suspension[]): Actual {
  return { ...actual, safeguards: { ...actual.safeguards, suspensions } };
}

test('the change of a suspended pack is planned and blocked, and says by whom, why and until when; others go on', () => {
  const actual = suspending(applied(packs), said('aa', { until: later(2) }));
  const plan = buildPlan(desire(newer), actual, repair);
  const change = changeOf(plan, 'aa');
  assert.deepEqual([change.action, change.reason.sentence], ['reinstall', '1.0.0 → 2.0.0']);
  assert.deepEqual(change.blocks, [
    {
      code: 'suspended',
      sentence: 'suspended by ann@host since 2026-01-02 02:04:05Z until 2026-01-02 05:04:05Z: too loud',
      rows: [],
    },
  ]);
  assert.deepEqual(changeOf(plan, 'bb').blocks, []);
  assert.deepEqual(
    plan.suspensions?.map(({ pack, by, until }) => [pack, by, until]),
    [['aa', 'command', '2026-01-02T05:04:05.000Z']],
  );
  assert.deepEqual(codesOf(plan.notes), []);
});

test('all packs: installs, changes and removals, and those that come later', () => {
  const actual = suspending(applied(packs), said(null));
  const plan = buildPlan(desire([...newer.slice(0, 1), wanted('cc')]), actual, repair);
  assert.deepEqual(plan.changes.map(({ ref, action, blocks }) => [ref, action, codesOf(blocks)]).sort(), [
    ['aa', 'reinstall', ['suspended']],
    ['bb', 'remove', ['suspended']],
    ['cc', 'install', ['suspended']],
  ]);
  assert.match(changeOf(plan, 'cc').blocks[0]?.sentence ?? '', /^all packs are suspended by ann@host since /);
});

test('what expired counts for nothing', () => {
  for (const until of [now, later(-1)]) {
    const plan = buildPlan(desire(newer), suspending(applied(packs), said(null, { until })), repair);
    assert.deepEqual([plan.suspensions, plan.changes.flatMap(({ blocks }) => blocks)], [undefined, []]);
  }
});

test('a document and the configuration suspend too, each with the place where it stands', () => {
  const where = { file: '/etc/desired/aa.yaml', line: 7, column: 1 };
  const suspend = { reason: 'look first', by: 'ben', until: later(1), where };
  const [, other = wanted('bb')] = newer;
  const pack = wanted('aa', [component('trigger', 'aa.t')], { version: '2.0.0', document: { suspend } });
  const options = { ...repair, suspend: { reason: 'freeze', file: '/etc/attune.config.yaml' } };
  const plan = buildPlan(desire([pack, other]), suspending(applied(packs), said('aa')), options);
  assert.deepEqual(
    changeOf(plan, 'aa').blocks.map(({ sentence }) => sentence),
    [
      'all packs are suspended in the configuration (attune.config.yaml): freeze',
      'suspended by ann@host since 2026-01-02 02:04:05Z: too loud',
      'suspended in its document (aa.yaml:7) by ben until 2026-01-02 04:04:05Z: look first',
    ],
  );
  assert.equal(changeOf(plan, 'bb').blocks.length, 1);
  const ended = { ...suspend, until: now };
  const after = wanted('aa', [component('trigger', 'aa.t')], { version: '2.0.0', document: { suspend: ended } });
  assert.deepEqual(changeOf(buildPlan(desire([after, other]), applied(packs), repair), 'aa').blocks, []);
});

test('of a suspended pack that does not change it is said, and what people set there is not recorded yet', () => {
  const switched = withRow(applied(packs), 'trigger', 'aa.t', { enabled: false });
  assert.equal(buildPlan(desire(packs), switched, repair).overrides.length, 1);
  const plan = buildPlan(desire(packs), suspending(switched, said('aa'), said(null)), repair);
  assert.deepEqual([plan.changes, plan.overrides], [[], []]);
  assert.deepEqual(
    plan.notes.map(({ code, sentence, rows }) => [code, sentence.slice(0, 30), rows]),
    [
      ['suspended', 'all packs are suspended by ann', []],
      ['suspended', 'aa is suspended by ann@host si', ['pack aa']],
    ],
  );
});

test('who needs a suspended pack waits, as for any block', () => {
  const needing = wanted('bb', [component('action', 'bb.a')], { version: '2.0.0', dependencies: ['aa@^2'] });
  const [first = wanted('aa')] = newer;
  const plan = buildPlan(desire([first, needing]), suspending(applied(packs), said('aa')), repair);
  assert.deepEqual(codesOf(changeOf(plan, 'aa').blocks), ['suspended']);
  assert.notDeepEqual(codesOf(changeOf(plan, 'bb').blocks), []);
});

test('a rollback, which a person asks for by name, goes through and says so', () => {
  const held = { version: '2.0.0', digest: 'f'.repeat(64), commit: null, since: null, who: null, why: null };
  const back = { ...wanted('aa', [component('trigger', 'aa.t')]), held };
  const actual = suspending(applied(newer), said('aa'));
  const change = changeOf(buildPlan(desire([back, ...newer.slice(1)]), actual, repair), 'aa');
  assert.deepEqual(change.blocks, []);
  assert.match(change.reason.sentence, /^rolled back from 2\.0\.0 to 1\.0\.0, although suspended by ann@host since /);
  assert.deepEqual(codesOf(change.warnings), ['suspended']);
  const kept = { ...back, held: { ...held, since: '2026-01-01T00:00:00.000Z', who: 'ann@host' } };
  assert.deepEqual(codesOf(changeOf(buildPlan(desire([kept]), actual, repair), 'aa').blocks), ['suspended']);
});

test('a plan of some packs has only what concerns them', () => {
  const actual = suspending(applied(packs), said('aa'), said('bb'), said(null));
  const plan = buildPlan(desire(newer), actual, { ...repair, targets: ['bb'] });
  assert.deepEqual(
    plan.suspensions?.map(({ pack }) => pack),
    [null, 'bb'],
  );
});
