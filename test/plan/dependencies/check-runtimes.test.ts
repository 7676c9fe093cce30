import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Actual } from '../../../src/actual/actual.ts';
import type { Component, RuntimeNeed } from '../../../src/packs/content.ts';
import { nameRuntime } from '../../../src/packs/parse/name-runtime.ts';
import { applied, changeOf, codesOf, component, nothingInstalled, plan, repair, wanted, withRow } from '../build.ts';

/** `python >=3.9` as a bound, `core.python@3.12` as one of `runtime_deps`. */
function need(text: string): RuntimeNeed {
  const [, name = '', sign, constraint = null] = /^([a-z.]+)(?:([ @])(.*))?$/.exec(text) ?? [];
  const bare = sign === ' ' ? 'minimum' : 'tilde';
  return { name, runtime: nameRuntime(name), constraint, bare, where: { file: 'pack.yaml', line: 5, column: 9 } };
}

const python = component('runtime', 'core.python', { columns: { name: 'Python' } });
const version = (number: string): Component =>
  component('runtime_version', `core.python@${number}`, {
    columns: { version: number },
    names: { runtime: 'core.python' },
  });
const core = (...versions: readonly string[]) =>
  wanted('core', [python, ...versions.map(version)], { version: `1.${versions.length}.0` });
const jira = (...texts: readonly string[]) => wanted('jira', [], { runtimeNeeds: texts.map(need) });

const none = 'is neither in this plan nor in Attune.';
/** What is listed of Python (null: no such runtime), what is needed, what blocks, what is warned of. */
const table: readonly (readonly [readonly string[] | null, string, string | null, string | null])[] = [
  [['3.11', '3.12'], 'python >=3.9', null, null],
  [['3.11', '3.12'], 'python 3.9', null, null],
  [['3.11', '3.12'], 'python >=3.9, <3.12', null, null],
  [['3.11', '3.12'], 'python@3.12', null, null],
  [['3.11', '3.12'], 'core.python', null, null],
  [
    ['3.9', '3.11', '3.12'],
    'python >=3.13',
    'python >=3.13 is needed (pack.yaml:5:9), and of core.python there are only 3.9, 3.11, 3.12',
    null,
  ],
  [['3.12'], 'python@3.11', 'python 3.11 is needed (pack.yaml:5:9), and of core.python there is only 3.12', null],
  [['3.12'], 'python@^4', 'python ^4 is needed (pack.yaml:5:9), and of core.python there is only 3.12', null],
  [
    ['stable'],
    'python >=3.9',
    null,
    'python >=3.9 is needed (pack.yaml:5:9), and nothing says which versions of core.python there are: that is not checked.',
  ],
  [
    [],
    'python >=3.9',
    null,
    'python >=3.9 is needed (pack.yaml:5:9), and nothing says which versions of core.python there are: that is not checked.',
  ],
  [[], 'python', null, null],
  [null, 'python >=3.9', null, `python >=3.9 is needed (pack.yaml:5:9), and the runtime core.python ${none}`],
  [['3.12'], 'ruby', null, `ruby is needed (pack.yaml:5:9), and the runtime ruby ${none}`],
  [['3.12'], 'nodejs 18', null, `nodejs 18 is needed (pack.yaml:5:9), and the runtime core.nodejs ${none}`],
];

describe('what a pack says of runtimes', () => {
  for (const [versions, text, block, warning] of table) {
    const there = versions === null ? 'no Python' : `Python ${versions.join(', ') || 'of no known version'}`;
    it(`${text}, with ${there}: ${block ?? warning ?? 'fits'}`, () => {
      const before: readonly (readonly [string, ReturnType<typeof plan>])[] = [
        ['in the same run', plan([jira(text), ...(versions === null ? [] : [core(...versions)])])],
        ['installed', plan([jira(text)], versions === null ? nothingInstalled : installed(versions))],
      ];
      for (const [when, found] of before) {
        const { blocks, warnings } = changeOf(found, 'jira');
        assert.deepEqual(
          [blocks.map(({ sentence }) => sentence), warnings.map(({ message }) => message)],
          [block === null ? [] : [block], warning === null ? [] : [warning]],
          when,
        );
      }
    });
  }

  const missing: readonly (readonly [readonly string[], string, string | null])[] = [
    [['3.12'], 'python >=3.9', null],
    [['3.12'], 'python@3.12', 'there is only 3.11; 3.12 is not available'],
    [['3.11', '3.12'], 'python', null],
    [['3.11', '3.12'], 'python >=3.9', 'none is available: 3.11, 3.12'],
  ];
  for (const [unavailable, text, block] of missing) {
    it(`${text}, where ${unavailable.join(' and ')} were not found to be there: ${block ?? 'fits'}`, () => {
      const rows = ['3.11', '3.12'].map((number) => ({
        ...{ version: number, isDefault: false, config: {} },
        available: !unavailable.includes(number),
      }));
      const row = { ref: 'core.python', name: 'Python', packRef: 'core', config: {}, distributions: {} };
      const actual = { ...installed(['3.11', '3.12']), runtimes: new Map([[row.ref, { ...row, versions: rows }]]) };
      // What a pack brings again is no more there than its row says.
      for (const packs of [[jira(text)], [core('3.11', '3.12'), jira(text)]]) {
        const [found] = changeOf(plan(packs, actual), 'jira').blocks;
        assert.equal(found?.sentence.replace(/^.* and of core\.python /, '') ?? null, block);
      }
    });
  }

  it('counts versions of a pack as they stay where its change is held back, and not those that leave', () => {
    const actual = applied([core('3.11')]);
    const upgrade = wanted('core', [python, version('3.12')], { version: '2.0.0' });
    assert.deepEqual(codesOf(changeOf(plan([upgrade, jira('python@3.11')], actual), 'jira').blocks), [
      'unsatisfied-runtime',
    ]);
    assert.deepEqual(codesOf(changeOf(plan([upgrade, jira('python@3.12')], actual), 'jira').blocks), []);
    const held = wanted('core', [python, version('3.12')], { version: '2.0.0', dependencies: ['gone'] });
    assert.deepEqual(codesOf(changeOf(plan([held, jira('python@3.11')], actual), 'jira').blocks), []);
    assert.deepEqual(codesOf(changeOf(plan([held, jira('python@3.12')], actual), 'jira').blocks), [
      'unsatisfied-runtime',
    ]);
  });

  it('blocks those behind it, and is skipped where that is asked for', () => {
    const behind = wanted('wiki', [], { dependencies: ['jira'] });
    const packs = [core('3.11'), jira('python >=3.13'), behind];
    assert.deepEqual(codesOf(changeOf(plan(packs), 'wiki').blocks), ['missing-dependency']);
    const found = plan(packs, undefined, { ...repair, skipDependencies: true });
    const { blocks, skipped = [], reason } = changeOf(found, 'jira');
    assert.deepEqual([blocks, codesOf(skipped)], [[], ['unsatisfied-runtime']]);
    assert.equal(reason.sentence, 'not installed, dependencies skipped (core.python)');
  });
});

function installed(versions: readonly string[]): Actual {
  return versions.reduce(
    (actual, number) => withRow(actual, 'runtime_version', `core.python@${number}`, {}),
    applied([core(...versions)]),
  );
}
