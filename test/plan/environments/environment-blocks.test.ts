import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { applied, changeOf, codesOf, component, plan, repair, wanted } from '../build.ts';
import { core, facts, install, jira, pythonConfig, withFacts } from './scene.ts';

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
