import assert from 'node:assert/strict';
import { describe, it, test } from 'node:test';
import type { WantedPack } from '../../../src/desired/desired.ts';
import type { PackEnvironment } from '../../../src/environments/environment.ts';
import {
  applied,
  changeOf,
  codesOf,
  component,
  desire,
  nothingInstalled,
  plan,
  repair,
  report,
  wanted,
} from '../build.ts';
import {
  built,
  core,
  facts,
  jira,
  keyOf,
  type markOf,
  python311,
  pythonConfig,
  requirements,
  right,
  withFacts,
  wrong,
} from './scene.ts';

type Parts = Parameters<typeof facts>[1];

/** `op link why` of each environment of a pack's change. */
function told(environments: readonly PackEnvironment[] | undefined): string[] {
  return (environments ?? []).map(({ op, link, why }) => `${op} ${link} ${why}`.trim());
}

function install(packs: readonly WantedPack[], parts: Parts = {}, options = repair) {
  return plan(packs, withFacts(nothingInstalled, facts({ packs }, parts)), options);
}

/** The plan where `before` is installed. */
function upgrade(before: readonly WantedPack[], packs: readonly WantedPack[], parts: Parts = {}, options = repair) {
  const actual = applied(before);
  return plan(packs, withFacts(actual, facts(desire([...before, ...packs]), parts)), options);
}

const place = (pack: WantedPack, link = '.venv') =>
  `.versions/${pack.ref}/${pack.content.version}-${pack.content.digest.slice(0, 12)}/${link}`;
/** As after a run that built it. */
const whole = (pack = jira()) => ({ states: { [keyOf()]: built(keyOf()) }, links: { [place(pack)]: right(keyOf()) } });

describe('the environments of a pack', () => {
  it('are listed with all that building them takes', () => {
    const [environment] = changeOf(install([core(), jira()]), 'jira').environments ?? [];
    assert.deepEqual(environment, {
      key: keyOf(),
      runtime: 'core.python',
      version: null,
      config: {
        interpreter: { binary: 'python3', args: ['-u'] },
        environment: {
          type: 'virtualenv',
          directory: '.venv',
          create: ['python3', '-m', 'venv', '{env_dir}'],
          interpreterPath: '{env_dir}/bin/python3',
        },
        dependencies: { manifest: 'requirements.txt', install: ['{interpreter}', '-m', 'pip', 'install'] },
      },
      interpreter: python311,
      manifest: requirements,
      buildScripts: false,
      link: '.venv',
      workerName: 'python',
      op: 'build',
      why: 'not built yet',
    });
  });

  it('are one for packs whose manifests and runtime are the same, and another where they differ', () => {
    const packs = [
      core(),
      jira(),
      wanted(
        'slack',
        jira().content.components.map((one) => ({ ...one, ref: 'slack.a' })),
      ),
    ];
    const keys = (parts: Parts) =>
      ['jira', 'slack'].map((ref) => changeOf(install(packs, parts), ref).environments?.[0]?.key);
    assert.equal(new Set(keys({})).size, 1);
    assert.equal(new Set(keys({ manifests: { slack: { ...requirements, digest: 'f'.repeat(64) } } })).size, 2);
    assert.equal(new Set(keys({ manifests: { jira: null, slack: null } })).size, 1);
    const own = { ...requirements, isOwn: true };
    assert.equal(new Set(keys({ manifests: { jira: own, slack: own } })).size, 2);
  });

  it('are made for sensors too, and with build scripts only where the document says so', () => {
    const sensor = component('sensor', 'jira.s', { names: { runtime: 'core.python', trigger: 'jira.t' } });
    const pack = wanted('jira', [component('trigger', 'jira.t'), sensor], { document: { buildScripts: true } });
    const [environment] = changeOf(install([core(), pack]), 'jira').environments ?? [];
    assert.equal(environment?.buildScripts, true);
    assert.notEqual(environment?.key, keyOf());
  });

  it('are built without a manifest where the runtime makes one, and not where there is nothing to make', () => {
    const none = { manifests: { jira: null } };
    assert.deepEqual(told(changeOf(install([core(), jira()], none), 'jira').environments), [
      'build .venv not built yet',
    ]);
    const noCreate = pythonConfig('python3', { environment: { env_type: 'x', dir_name: '.x' } });
    assert.equal(changeOf(install([core(noCreate), jira()], none), 'jira').environments, undefined);
    const shell = { interpreter: { binary: '/bin/bash' } };
    assert.equal(changeOf(install([core(shell), jira()]), 'jira').environments, undefined);
  });

  it('are left out of a plan where they are not built here', () => {
    const change = changeOf(plan([core(), jira()]), 'jira');
    assert.equal(change.environments, undefined);
    assert.deepEqual(change.warnings, []);
  });

  it('go without one where packages would go into the machine, which is told', () => {
    const none = pythonConfig('python3', { environment: { env_type: 'none' } });
    const change = changeOf(install([core(none), jira()]), 'jira');
    assert.equal(change.environments, undefined);
    assert.deepEqual(codesOf(change.warnings), ['no-environment']);
    const into = pythonConfig('python3', {
      environment: null,
      dependencies: { manifest_file: 'requirements.txt', install_command: ['tool', '--to', '{env_dir}'] },
    });
    assert.deepEqual(told(changeOf(install([core(into), jira()]), 'jira').environments), ['build .venv not built yet']);
  });

  it('are not built where the pack brings the directory itself', () => {
    const change = changeOf(install([core(), jira()], { names: ['.venv', 'pack.yaml'] }), 'jira');
    assert.equal(change.environments, undefined);
    assert.deepEqual(codesOf(change.warnings), ['environment-shipped']);
  });
});

test('the same packs in another order have the same environments', () => {
  const versions = [{ version: '3.11' }, { version: '3.10' }];
  const packs = [core(pythonConfig(), versions), jira({ constraints: ['3.11', null, '3.10'] })];
  const turned = packs.toReversed().map((pack) => ({
    ...pack,
    content: { ...pack.content, components: pack.content.components.toReversed() },
  }));
  const all = (given: readonly WantedPack[]) =>
    install(given, { manifests: {} }).changes.map((one) => one.environments);
  assert.deepEqual(all(turned), all(packs));
});

describe('an environment is, and says why,', () => {
  const one = jira();
  const two = jira({ version: '1.1.0' });
  const other = 'f'.repeat(32);
  const both = {
    states: { [keyOf()]: built(keyOf()), [other]: built(other) },
  };
  const manifest = { path: requirements.path, digest: requirements.digest };
  /** What the mark of the environment before says, and why there is another now. */
  const reasons: readonly (readonly [Parameters<typeof markOf>[1], string])[] = [
    [{ manifest: { path: 'requirements.txt', digest: 'x' } }, 'requirements.txt changed'],
    [{ manifest: null }, 'requirements.txt is new'],
    [{ manifest: { path: 'deps.txt', digest: 'x' } }, 'requirements.txt now, was deps.txt'],
    [{ interpreter: { path: python311.path, version: '3.10.1' } }, 'python3 is 3.11.2 now, was 3.10.1'],
    [
      { interpreter: { path: '/opt/python3', version: '3.11.2' } },
      'python3 is at /usr/bin/python3.11 now, was at /opt/python3',
    ],
    [{ version: '3.10' }, 'core.python now, was core.python 3.10'],
    [
      { manifest: { path: 'requirements.txt', digest: 'x' }, interpreter: { path: '/x', version: '3.10.1' } },
      'python3 is 3.11.2 now, was 3.10.1, requirements.txt changed',
    ],
    [{}, 'core.python changed'],
    [{ manifest: { ...manifest, files: [{ path: 'a.whl', digest: 'x' }] } }, 'a.whl changed'],
  ];
  for (const [before, why] of reasons) {
    it(`built anew: ${why}`, () => {
      const parts = { states: { [other]: built(other, before) }, links: { [place(one)]: right(other) } };
      const change = changeOf(upgrade([core(), one], [core(), two], parts), 'jira');
      assert.deepEqual(told(change.environments), [`build .venv ${why}`]);
      const linked = { ...parts, states: { ...parts.states, [keyOf()]: built(keyOf()) } };
      const again = changeOf(upgrade([core(), one], [core(), two], linked), 'jira');
      assert.deepEqual(told(again.environments), [`link .venv ${why}, already built`]);
    });
  }

  it('only linked where the new version needs the same', () => {
    const change = changeOf(upgrade([core(), one], [core(), two], whole(one)), 'jira');
    assert.deepEqual(told(change.environments), ['link .venv unchanged']);
  });

  it('only linked where another pack has it already', () => {
    const change = changeOf(install([core(), one], { states: both.states }), 'jira');
    assert.deepEqual(told(change.environments), ['link .venv already built']);
  });

  it('built from scratch where it is half-built', () => {
    const states = { [keyOf()]: { mark: null, isThere: true, fault: null } };
    assert.deepEqual(told(changeOf(install([core(), one], { states }), 'jira').environments), [
      'rebuild .venv half-built',
    ]);
  });

  it('kept where a version that was installed before leads to it still', () => {
    const parts = { ...whole(two), links: { ...whole(one).links, ...whole(two).links } };
    assert.deepEqual(told(changeOf(upgrade([core(), one], [core(), two], parts), 'jira').environments), ['keep .venv']);
  });
});

describe('a pack that does not change otherwise', () => {
  const packs = [core(), jira()];
  const state = (parts: object) => ({ ...whole(), states: { [keyOf()]: { ...built(keyOf()), ...parts } } });
  const again = (parts: Parts, options = repair) => upgrade(packs, packs, parts, options);

  it('stays as it is where its environment does', () => {
    const found = again(whole());
    assert.deepEqual(found.changes, []);
    assert.deepEqual(found.unchanged, ['core', 'jira']);
    assert.deepEqual(found.notes, []);
  });

  const broken: readonly (readonly [string, object, string])[] = [
    ['lost its interpreter', { fault: 'bin/python3 is missing' }, 'rebuild .venv bin/python3 is missing'],
    ['lost its mark', { mark: null }, 'rebuild .venv half-built'],
    ['is gone', { mark: null, isThere: false }, 'build .venv not there any more'],
  ];
  for (const [what, parts, line] of broken) {
    it(`is repaired where its environment ${what}, and only told of with drift: report`, () => {
      const change = changeOf(again(state(parts)), 'jira');
      assert.deepEqual([change.action, change.reason.code, change.files], ['repair', 'environment-broken', false]);
      assert.deepEqual(told(change.environments), [line]);
      assert.ok(change.reason.sentence.startsWith('environment .venv: '), change.reason.sentence);
      const only = again(state(parts), report);
      assert.deepEqual(only.changes, []);
      assert.deepEqual(codesOf(only.notes), ['environment-broken']);
    });
  }

  for (const options of [repair, report]) {
    it(`gets an environment that it never had, with drift: ${options.drift}`, () => {
      const change = changeOf(again({}, options), 'jira');
      assert.deepEqual([change.action, change.reason.code], ['repair', 'environment-changed']);
      assert.equal(change.reason.sentence, 'environment .venv: not built yet');
      assert.deepEqual(told(change.environments), ['build .venv not built yet']);
    });

    it(`gets another one where the runtime changes, after that, with drift: ${options.drift}`, () => {
      const newer = core(pythonConfig('python3.11'), [], '1.1.0');
      const found = upgrade(packs, [newer, jira()], whole(), options);
      const change = changeOf(found, 'jira');
      assert.deepEqual([change.action, change.reason.code], ['repair', 'environment-changed']);
      assert.deepEqual(change.after, ['core']);
      assert.deepEqual(told(change.environments), ['build .venv core.python changed']);
    });

    it(`is led to its environment again, with drift: ${options.drift}`, () => {
      const parts = { ...whole(), links: { [place(jira())]: wrong(null) } };
      const change = changeOf(again(parts, options), 'jira');
      assert.deepEqual(told(change.environments), ['link .venv already built']);
    });
  }

  it('is led to by Attune’s workers where they look', () => {
    const links = { ...whole().links };
    const workers = { ...whole(), hasWorkers: true };
    assert.deepEqual(told(changeOf(again(workers), 'jira').environments), ['link .venv workers are not led to it yet']);
    const occupied = { ...workers, links: { ...links, 'workers/jira/python': wrong(null) } };
    assert.deepEqual(told(changeOf(again(occupied), 'jira').environments), ['link .venv a worker built another']);
    const done = { ...workers, links: { ...links, 'workers/jira/python': right(keyOf()) } };
    assert.deepEqual(again(done).changes, []);
  });

  it('is not touched where its interpreter left the machine, and that is told', () => {
    const found = again({ ...whole(), interpreters: { python3: null } });
    assert.deepEqual(found.changes, []);
    assert.deepEqual(found.notes, [
      {
        code: 'interpreter-missing',
        sentence: 'jira: python3 is not on this machine, and core.python builds environments with it',
        rows: ['runtime core.python'],
      },
    ]);
  });

  it('is blocked where its environment is broken and nobody can make another', () => {
    const unusable = { jira: 'environment .venv: bin/python3 cannot be run' };
    const parts = { ...whole(), interpreters: { python3: null }, unusable };
    const change = changeOf(again(parts), 'jira');
    assert.deepEqual(
      [change.action, change.reason, codesOf(change.blocks)],
      ['repair', { code: 'environment-broken', sentence: unusable.jira }, ['interpreter-missing']],
    );
    assert.deepEqual(again(parts, report).changes, []);
  });

  it('keeps the environment of the rows where the change of its runtime is not made', () => {
    const newer = core(pythonConfig('python3.12'), [], '1.1.0');
    const blocked = wanted('core', newer.content.components, { version: '1.1.0', dependencies: ['gone'] });
    const found = upgrade(packs, [blocked, jira()], whole());
    assert.deepEqual(codesOf(changeOf(found, 'core').blocks), ['missing-dependency']);
    assert.deepEqual(found.unchanged, ['jira']);
  });

  it('lists its environments only where something is to be done about one', () => {
    const configured = wanted('jira', jira().content.components, { document: { prune: false } });
    const kept = changeOf(upgrade(packs, [core(), configured], whole()), 'jira');
    assert.deepEqual([kept.action, kept.environments], ['configure', undefined]);
    const lost = changeOf(upgrade(packs, [core(), configured], state({ fault: 'bin/python3 is missing' })), 'jira');
    assert.deepEqual([lost.action, told(lost.environments)], ['configure', ['rebuild .venv bin/python3 is missing']]);
    const only = changeOf(
      upgrade(packs, [core(), configured], state({ fault: 'bin/python3 is missing' }), report),
      'jira',
    );
    assert.deepEqual([only.action, only.environments], ['configure', undefined]);
  });
});

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
        sentence:
          'action jira.a0 and 1 more need core.python >=3.13, and of it there is 3.11, and not 3.12 (python3.12 is not on this machine)',
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
    for (const found of [undefined, facts({ packs }, both)]) {
      const change = changeOf(
        plan(packs, { ...actual, runtimes, ...(found === undefined ? {} : { environments: found }) }),
        'jira',
      );
      assert.deepEqual(
        change.blocks.map(({ sentence }) => sentence),
        ['action jira.a0 needs core.python 3.11, and of it there is 3.12, and not 3.11 (not available)'],
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
      /there is 3\.11, and not 3\.12 \(python3 is 3\.11\.2 on this machine\)$/,
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

describe('what holds back a pack that needs an environment', () => {
  it('is an interpreter that is not on this machine', () => {
    const change = changeOf(install([core(), jira()], { interpreters: { python3: null } }), 'jira');
    assert.deepEqual(change.blocks, [
      {
        code: 'interpreter-missing',
        sentence: 'python3 is not on this machine, and core.python builds environments with it',
        rows: ['runtime core.python'],
      },
    ]);
    assert.equal(change.environments, undefined);
  });

  for (const name of ['actions', '../x', '.git', 'a/b']) {
    it(`is a row whose dir_name is ${name}`, () => {
      const config = pythonConfig('python3', {
        environment: { env_type: 'virtualenv', dir_name: name, create_command: ['python3'] },
      });
      const row = { ref: 'core.python', name: 'Python', packRef: null, config, distributions: {}, versions: [] };
      const actual = applied([core(config)]);
      const packs = [jira()];
      const found = plan(
        packs,
        withFacts({ ...actual, runtimes: new Map([['core.python', row]]) }, facts({ packs }, {})),
        { ...repair, prune: false },
      );
      const { blocks } = changeOf(found, 'jira');
      assert.deepEqual(codesOf(blocks), ['invalid-environment']);
      assert.ok(blocks[0]?.sentence.startsWith(`no environment can be built for core.python: dir_name "${name}" is`));
    });
  }

  it('is not its manager, whose pack it is not', () => {
    const packs = [core(), jira()];
    const actual = { ...applied(packs), manager: 'other' };
    const change = changeOf(plan(packs, withFacts(actual, facts({ packs }))), 'jira');
    assert.deepEqual([codesOf(change.blocks), change.environments], [['managed-by-another'], undefined]);
  });
});

describe('names of environments', () => {
  const runtime = (ref: string, name: string, directory: string) =>
    component('runtime', ref, {
      columns: {
        name,
        execution_config: pythonConfig('python3', {
          environment: { env_type: 'virtualenv', dir_name: directory, create_command: ['x'] },
        }),
      },
    });
  const named = (runtimes: ReturnType<typeof runtime>[]) => {
    const actions = runtimes.map(({ ref }, index) =>
      component('action', `jira.a${index}`, { names: { runtime: ref } }),
    );
    const packs = [wanted('core', runtimes), wanted('jira', actions)];
    return changeOf(install(packs), 'jira').environments?.map(({ link, workerName }) => [link, workerName]);
  };

  it('of two runtimes with one directory are told apart by the runtime', () => {
    assert.deepEqual(named([runtime('core.pypy', 'PyPy', '.venv'), runtime('core.python', 'Python', '.venv')]), [
      ['.venv', 'pypy'],
      ['.venv-python', 'python'],
    ]);
    assert.deepEqual(
      named([runtime('core.node', 'Node.js', 'node_modules'), runtime('core.python', 'Python', '.venv')]),
      [
        ['.venv', 'python'],
        ['node_modules', 'node.js'],
      ],
    );
  });

  it('stay one segment of a path, whatever rows hold', () => {
    assert.deepEqual(named([runtime('core.a', '../../etc', '.venv')]), [['.venv', '.._.._etc']]);
    assert.deepEqual(named([runtime('core.a', '..', '.venv')]), [['.venv', '_..']]);
  });
});
