import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Attached, Hanging, InstalledPack } from '../../../src/actual/actual.ts';
import { Secret } from '../../../src/secret.ts';
import { applied, changeOf, codesOf, component, digestOf, plan, repair, wanted, withPack, withRow } from '../build.ts';

const shop = wanted(
  'shop',
  [component('trigger', 'shop.t'), component('action', 'shop.a'), component('rule', 'shop.r', { names: {} })],
  { config: { greeting: 'Hello' }, document: { config: { url: 'https://shop' } } },
);
const kept = wanted('kept');
const installed = applied([shop, kept]);
const removal = (actual = installed) => changeOf(plan([kept], actual, repair), 'shop');
const notesOf = (actual = installed) => removal(actual).keeps.map(({ code, sentence, rows }) => [code, sentence, rows]);

test('what people made of the pack is set aside, by kind and name', () => {
  const mine = { packRef: 'shop', adhoc: true };
  const actual = withRow(
    withRow(withRow(installed, 'rule', 'shop.one', mine), 'rule', 'shop.two', mine),
    'policy',
    'shop.p',
    { packRef: 'shop' },
  );
  assert.deepEqual(notesOf(actual).slice(0, 2), [
    ['preserved-adhoc-rule', '2 ad-hoc rules, set aside until the pack returns', ['rule shop.one', 'rule shop.two']],
    ['preserved-unmanaged-policy', '1 unmanaged policy, set aside until the pack returns', ['policy shop.p']],
  ]);
  assert.deepEqual(
    removal(actual).components.map(({ op, ref }) => `${op} ${ref}`),
    ['delete shop.r', 'delete shop.a', 'delete shop.t'],
  );
});

test('what hangs on the pack and its components is set aside, and history stays', () => {
  const attached: readonly Attached[] = [
    { what: 'key', kind: 'pack', ref: 'shop', count: 2 },
    { what: 'key', kind: 'action', ref: 'shop.a', count: 1 },
    { what: 'webhook key', kind: 'trigger', ref: 'shop.t', count: 1 },
  ];
  const actual = withPack(installed, 'shop', () => ({ attached }));
  assert.deepEqual(notesOf(actual), [
    ['preserved-key', '3 keys, set aside until the pack returns', ['action shop.a', 'pack shop']],
    ['preserved-webhook-key', '1 webhook key, set aside until the pack returns', ['trigger shop.t']],
    ['preserved-config', 'its config, set aside until the pack returns', []],
    ['history', 'executions, events and enforcements, with the refs as text', []],
  ]);
});

test('what Attune keeps about it is set aside too: settings, statistics, results, and tables that nobody knows', () => {
  const hanging: readonly Hanging[] = [
    { what: 'settings', kind: 'action', ref: 'shop.a', count: 1 },
    { what: 'settings', kind: 'action', ref: 'shop.mine', count: 1 },
    { what: 'webhook', kind: 'trigger', ref: 'shop.t', count: 1 },
    { what: 'queue_stats', kind: 'action', ref: 'shop.a', count: 1 },
    { what: 'pack_test_execution', kind: 'pack', ref: 'shop', count: 3 },
    { what: 'workflow_execution', kind: 'workflow', ref: 'shop.w', count: 2 },
    { what: 'event_log', kind: 'trigger', ref: 'shop.t', count: 5 },
  ];
  const mine = withRow(installed, 'action', 'shop.mine', { packRef: 'shop', adhoc: true });
  const notes = notesOf(withPack(mine, 'shop', () => ({ hanging })));
  assert.deepEqual(notes.slice(1, -2), [
    ['preserved-event-log', '5 event logs, set aside until the pack returns', ['trigger shop.t']],
    ['preserved-pack-test-execution', '3 test results, set aside until the pack returns', ['pack shop']],
    ['preserved-queue-stats', '1 queue statistic, set aside until the pack returns', ['action shop.a']],
    ['preserved-settings', '1 component with own settings, set aside until the pack returns', ['action shop.a']],
    ['preserved-webhook', '1 webhook, set aside until the pack returns', ['trigger shop.t']],
    [
      'preserved-workflow-execution',
      '2 task lists of past workflow runs, set aside until the pack returns',
      ['workflow shop.w'],
    ],
  ]);
});

test('switches and config that people set since the last run are remembered; the document’s keys are its own to say', () => {
  const switched = withRow(installed, 'trigger', 'shop.t', { enabled: false });
  const actual = withPack(switched, 'shop', ({ config }: InstalledPack) => ({
    config: { ...config, greeting: 'Servus', url: 'https://mine', extra: new Secret('hush') },
  }));
  const { overrides } = removal(actual);
  assert.deepEqual(
    overrides.map(({ op, kind, ref, field, own }) => [op, kind, ref, field, own ?? false]),
    [
      ['record', 'trigger', 'shop.t', 'enabled', false],
      ['record', 'pack', 'shop', 'extra', true],
      ['record', 'pack', 'shop', 'greeting', false],
    ],
  );
  assert.match(String(overrides[1]?.value), /^secret:[0-9a-f]{12}$/);
  assert.deepEqual(removal().overrides, []);
});

test('unfinished executions block it, with how many and since when', () => {
  for (const [count, sentence] of [
    [1, '1 execution is unfinished, since 2026-01-02 03:04 UTC; it is removed when it has ended or been cancelled'],
    [
      7,
      '7 executions are unfinished, since 2026-01-02 03:04 UTC; it is removed when they have ended or been cancelled',
    ],
  ] as const) {
    const unfinished = { count, since: new Date('2026-01-02T03:04:05Z') };
    const { blocks } = removal(withPack(installed, 'shop', () => ({ unfinished })));
    assert.deepEqual(
      blocks.map((block) => [block.code, block.sentence]),
      [['draining', sentence]],
    );
  }
});

test('what is no link of ours in its place in the store is told', () => {
  const files = installed.packs.get('shop')?.files;
  assert.ok(files !== undefined);
  for (const found of [{ occupied: true }, { current: '/elsewhere' }, { current: '.versions/other/1.0.0-abc' }]) {
    const actual = withPack(installed, 'shop', () => ({ files: { ...files, ...found } }));
    assert.deepEqual(codesOf(removal(actual).warnings), ['link-not-ours'], JSON.stringify(found));
  }
  assert.deepEqual(removal().warnings, []);
});

test('files that people put into its directory, or changed there, are said to stay, and where', () => {
  const actual = withPack(installed, 'shop', ({ files }) => ({
    files: {
      ...files,
      foreign: ['bin/tool', 'notes.txt'],
      drift: [{ path: 'a.sh', found: 'changed', published: 'as published' }],
    },
  }));
  const place = `.versions/shop/1.0.0-${digestOf('shop 1.0.0').slice(0, 12)}`;
  assert.deepEqual(notesOf(actual).slice(-2), [
    [
      'foreign-file',
      `2 files that others put into its directory; stay in the pack store, in ${place}, and are there again when the pack returns`,
      ['file shop/bin/tool', 'file shop/notes.txt'],
    ],
    ['edited-file', `1 file that others changed; stays in the pack store, in ${place}`, ['file shop/a.sh']],
  ]);
});
