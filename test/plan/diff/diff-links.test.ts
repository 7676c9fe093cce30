import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Actual } from '../../../src/actual/actual.ts';
import type { WantedPack } from '../../../src/desired/desired.ts';
import { applied, changeOf, codesOf, component, linesOf, nothingInstalled, plan, wanted, withRow } from '../build.ts';

const python = component('runtime', 'core.python', { columns: { name: 'Python' } });
const core = wanted('core', [python]);
const needsByRef = (ref: string) => wanted('jira', [component('action', 'jira.a', { names: { runtime: ref } })]);
const needsByName = wanted('jira', [
  component('action', 'jira.a', { names: { runtime: { ref: 'python', name: 'pYTHON' } } }),
]);

const found: readonly [string, readonly WantedPack[], Actual, string | null][] = [
  ['in this plan', [core, needsByRef('core.python')], nothingInstalled, 'core.python'],
  ['in Attune', [needsByRef('core.python')], applied([core]), 'core.python'],
  ['in this plan, by name in any case', [core, needsByName], nothingInstalled, 'core.python'],
  ['in Attune, by name in any case', [needsByName], applied([core]), 'core.python'],
  [
    'in an ad-hoc or unmanaged row too',
    [needsByRef('own.runtime')],
    withRow(nothingInstalled, 'runtime', 'own.runtime', { packRef: null }),
    'own.runtime',
  ],
  ['nowhere', [needsByRef('core.python')], nothingInstalled, null],
];

for (const [where, packs, actual, expected] of found) {
  test(`a runtime is found ${where}`, () => {
    const change = changeOf(plan(packs, actual), 'jira');
    assert.equal(change.components[0]?.links.runtime?.ref, expected);
    assert.deepEqual(change.records[0]?.names, { runtime: expected });
    assert.deepEqual(change.degraded, expected === null ? ['jira.a'] : []);
    assert.deepEqual(change.blocks, []);
  });
}

test('a pack’s ref decides before a runtime’s name, and of several names the first ref', () => {
  const twins = wanted('aaa', [component('runtime', 'aaa.z', { columns: { name: 'python' } })]);
  assert.equal(changeOf(plan([core, twins, needsByName]), 'jira').components[0]?.links.runtime?.ref, 'aaa.z');
  assert.equal(
    changeOf(plan([core, twins, needsByRef('core.python')]), 'jira').components[0]?.links.runtime?.ref,
    'core.python',
  );
});

test('an action without its runtime is degraded in every plan, until the runtime comes', () => {
  const jira = needsByRef('core.python');
  const degraded = applied([jira]);
  const idle = plan([jira], degraded);
  assert.deepEqual(
    [idle.changes, idle.notes],
    [
      [],
      [
        {
          code: 'degraded',
          sentence: 'jira has components that cannot run, their runtime or entry file is missing',
          rows: ['action jira.a'],
        },
      ],
    ],
  );
  const planned = plan([core, jira], degraded);
  const change = changeOf(planned, 'jira');
  assert.equal(change.reason.code, 'reference-found');
  assert.deepEqual(change.after, ['core']);
  assert.deepEqual(linesOf(change), ['action jira.a runtime null → "core.python" resolved']);
  assert.deepEqual(plan([core, jira], applied([core, jira], degraded)).changes, []);
});

test('a runtime that actions name and nothing provides is named once, with how many of them wait for it', () => {
  const actions = ['jira.a', 'jira.b'].map((ref) => component('action', ref, { names: { runtime: 'core.python' } }));
  const other = component('action', 'jira.c', { names: { runtime: 'core.go' } });
  const { warnings } = changeOf(plan([wanted('jira', [...actions, other])]), 'jira');
  assert.deepEqual(
    warnings.map(({ code, message }) => [code, message]),
    [
      [
        'unknown-runtime',
        'The runtime core.go is neither in this plan nor in Attune: 1 action of jira cannot run without it.',
      ],
      [
        'unknown-runtime',
        'The runtime core.python is neither in this plan nor in Attune: 2 actions of jira cannot run without it.',
      ],
    ],
  );
});

test('a missing entry file makes a component degraded, not blocked', () => {
  const pack = wanted('jira', [component('action', 'jira.a')], { missingEntries: ['jira.a'] });
  assert.deepEqual(changeOf(plan([pack]), 'jira').degraded, ['jira.a']);
  assert.equal(plan([pack], applied([pack])).notes[0]?.code, 'degraded');
});

const sensor = component('sensor', 'jira.s', { names: { runtime: 'core.python', trigger: 'core.t' } });

test('a sensor without its runtime or trigger blocks its pack, each named', () => {
  const change = changeOf(plan([wanted('jira', [sensor, component('action', 'jira.a')])]), 'jira');
  assert.deepEqual(codesOf(change.blocks), ['missing-reference', 'missing-reference']);
  assert.deepEqual(
    change.blocks.map(({ sentence }) => sentence),
    [
      'sensor jira.s needs the runtime core.python, which is neither in this plan nor in Attune',
      'sensor jira.s needs the trigger core.t, which is neither in this plan nor in Attune',
    ],
  );
});

test('a sensor whose runtime its pack drops in this plan is told so', () => {
  const before = wanted('jira', [component('runtime', 'jira.py')]);
  const after = wanted('jira', [component('sensor', 'jira.s', { names: { runtime: 'jira.py', trigger: 'jira.t' } })], {
    version: '2.0.0',
  });
  const { blocks } = changeOf(plan([after], applied([before])), 'jira');
  assert.deepEqual(
    blocks.map(({ sentence }) => sentence),
    [
      'sensor jira.s needs the runtime jira.py, which leaves Attune in this plan',
      'sensor jira.s needs the trigger jira.t, which is neither in this plan nor in Attune',
    ],
  );
});

test('a policy without its action blocks: it would hold for the whole pack', () => {
  const policy = component('policy', 'jira.p', { names: { action: 'jira.gone' } });
  assert.deepEqual(codesOf(changeOf(plan([wanted('jira', [policy])]), 'jira').blocks), ['missing-reference']);
});

test('a policy of the whole pack names no action and is not blocked', () => {
  const pack = wanted('jira', [component('policy', 'jira.p')]);
  assert.deepEqual(changeOf(plan([pack]), 'jira').blocks, []);
  assert.deepEqual(plan([pack], applied([pack])).changes, []);
});
