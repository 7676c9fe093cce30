import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nameEnvironments } from '../../../src/plan/environments/name-environments.ts';
import { shellConfig } from '../../environments/build-scene.ts';

const recipe = (runtime: string, name: string) => ({
  recipe: {
    key: runtime,
    runtime,
    version: null,
    config: shellConfig(''),
    interpreter: null,
    manifest: null,
    buildScripts: false,
  },
  name,
  isPlain: true,
});

test('runtimes of one name get links of their own where workers look', () => {
  const named = nameEnvironments([
    recipe('herp.python', 'Python'),
    recipe('core.python', 'python'),
    recipe('core.x', 'a/b'),
  ]);
  assert.deepEqual(
    named.map(({ runtime, link, workerName }) => [runtime, link, workerName]),
    [
      ['core.python', '.venv', 'python'],
      ['herp.python', '.venv-python', 'python-herp.python'],
      ['core.x', '.venv-x', 'a_b'],
    ],
  );
});
