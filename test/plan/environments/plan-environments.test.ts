import assert from 'node:assert/strict';
import { describe, it, test } from 'node:test';
import type { WantedPack } from '../../../src/desired/desired.ts';
import { changeOf, codesOf, component, plan, wanted } from '../build.ts';
import {
  built,
  core,
  install,
  jira,
  keyOf,
  type markOf,
  type Parts,
  place,
  python311,
  pythonConfig,
  requirements,
  right,
  told,
  upgrade,
  whole,
} from './scene.ts';

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
    assert.deepEqual(told(change.environments), ['link .venv']);
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
