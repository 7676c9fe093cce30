import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { WantedPack } from '../../../src/desired/desired.ts';
import { applied, changeOf, codesOf, plan, repair } from '../build.ts';
import { core, facts, install, jira, keyOf, type Parts, python311, pythonConfig, withFacts } from './scene.ts';

describe('versions of a runtime', () => {
  const versions = [
    { version: '3.11', config: pythonConfig('python3.11') },
    { version: '3.12', isDefault: true, config: pythonConfig('python3.12') },
  ];
  const both = {
    interpreters: {
      python3: python311,
      'python3.11': python311,
      'python3.12': { path: '/usr/bin/python3.12', version: '3.12.1' },
    },
  };
  const environments = (constraints: readonly (string | null)[], parts: Parts = both) =>
    changeOf(install([core(pythonConfig(), versions), jira({ constraints })], parts), 'jira').environments?.map(
      ({ version, link, workerName, interpreter }) => [version, link, workerName, interpreter?.version],
    );

  it('that are the default are selected, else the highest on this machine', () => {
    assert.deepEqual(environments([null]), [['3.12', '.venv', 'python-3.12', '3.12.1']]);
    assert.deepEqual(environments([null], {}), [['3.11', '.venv', 'python-3.11', '3.11.2']]);
  });

  it('that several components want apart get directories apart', () => {
    assert.deepEqual(environments(['3.11', null]), [
      ['3.12', '.venv', 'python-3.12', '3.12.1'],
      ['3.11', '.venv-3.11', 'python-3.11', '3.11.2'],
    ]);
    assert.deepEqual(environments(['3.11', '~3.12']), [
      ['3.11', '.venv', 'python-3.11', '3.11.2'],
      ['3.12', '.venv-3.12', 'python-3.12', '3.12.1'],
    ]);
    assert.deepEqual(environments(['3.11', '<3.12', '~3.11']), [['3.11', '.venv', 'python-3.11', '3.11.2']]);
  });

  it('that nothing satisfies hold the pack back, and name what there is', () => {
    const pack = jira({ constraints: ['>=3.13', '>=3.13', null] });
    const change = changeOf(install([core(pythonConfig(), versions), pack]), 'jira');
    assert.deepEqual(change.blocks, [
      {
        code: 'unsatisfied-runtime-version',
        sentence: 'action jira.a0 and 1 more need core.python >=3.13; available: 3.11; not on this machine: 3.12',
        rows: ['runtime core.python'],
      },
    ]);
  });

  it('that nothing satisfies are let through where a person skips it, and the runtime itself is taken', () => {
    const pack = jira({ constraints: ['>=3.13'] });
    const change = changeOf(
      install([core(pythonConfig(), versions), pack], {}, { ...repair, skipDependencies: true }),
      'jira',
    );
    assert.deepEqual([change.blocks, codesOf(change.skipped ?? [])], [[], ['unsatisfied-runtime-version']]);
    assert.equal(change.reason.sentence, 'not installed, dependencies skipped (core.python)');
    assert.equal(change.environments?.[0]?.version, null);
  });

  it('that are not available by the rows do not count, wherever environments are built', () => {
    const pack = jira({ constraints: ['3.11'] });
    const actual = applied([core(pythonConfig(), versions)]);
    const row = actual.runtimes.get('core.python');
    assert.ok(row);
    const unavailable = row.versions.map((one) => ({ ...one, available: one.version !== '3.11' }));
    const runtimes = new Map([['core.python', { ...row, versions: unavailable }]]);
    const packs = [core(pythonConfig(), versions), pack];
    const interpreters = { ...both.interpreters, python3: both.interpreters['python3.12'] };
    for (const found of [undefined, facts({ packs }, { interpreters })]) {
      const change = changeOf(
        plan(packs, { ...actual, runtimes, ...(found === undefined ? {} : { environments: found }) }),
        'jira',
      );
      assert.deepEqual(
        change.blocks.map(({ sentence }) => sentence),
        ['action jira.a0 needs core.python 3.11; available: 3.12; not available: 3.11'],
      );
    }
  });

  it('whose program is another one on this machine do not count', () => {
    const same = [
      { version: '3.12', isDefault: true, config: pythonConfig('python3') },
      { version: '3.11', config: pythonConfig('python3') },
    ];
    const change = changeOf(install([core(pythonConfig(), same), jira({ constraints: ['3.12'] })]), 'jira');
    assert.match(
      change.blocks[0]?.sentence ?? '',
      /; available: 3\.11; not on this machine, where python3 is 3\.11\.2: 3\.12$/,
    );
  });

  it('without a configuration of their own are built as the runtime says', () => {
    const plain = [{ version: '3.11', isDefault: true }];
    const change = changeOf(install([core(pythonConfig(), plain), jira()]), 'jira');
    assert.deepEqual(
      change.environments?.map(({ key, version, config }) => [key, version, config.interpreter?.binary]),
      [[keyOf(), '3.11', 'python3']],
    );
  });

  it('of a runtime without any are what its interpreter says, where that is known', () => {
    const block = (constraint: string, parts: Parts = {}) => {
      const change = changeOf(install([core(), jira({ constraints: [constraint] })], parts), 'jira');
      return [codesOf(change.blocks), codesOf(change.warnings)];
    };
    assert.deepEqual(block('>=3.10'), [[], []]);
    assert.deepEqual(block('>=3.12'), [['unsatisfied-runtime-version'], []]);
    const mute = { interpreters: { python3: { path: '/x/python3', version: null } } };
    assert.deepEqual(block('>=3.12', mute), [[], ['runtime-not-known']]);
  });

  it('hold back only what brings content: a pack that is installed is warned of', () => {
    const pack = jira({ constraints: ['>=3.13'] });
    const packs = [core(pythonConfig(), versions), pack];
    const actual = { ...applied([packs[0] as WantedPack]), ...{} };
    const installed = applied([pack], { ...actual, runtimes: new Map() });
    const found = plan(packs, withFacts({ ...installed, runtimes: actual.runtimes }, facts({ packs }, {})));
    assert.deepEqual(codesOf(found.notes), ['unsatisfied-runtime-version']);
    assert.deepEqual(found.unchanged, ['core', 'jira']);
  });
});
