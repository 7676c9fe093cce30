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

test('names are cut by what a file system takes, never through a character, and what it is told is what it gives back', () => {
  for (const name of ['ü'.repeat(300), `x${'🐍'.repeat(300)}`, 'a'.repeat(300), `a\ud83d${'b'.repeat(300)}`]) {
    const named = nameEnvironments([
      recipe(`one.${name}`, name),
      recipe(`two.${name}`, name),
      recipe(`z.${name}`, name),
    ]);
    const names = named.flatMap(({ link, workerName }) => [link, workerName]);
    for (const one of names) {
      assert.ok(Buffer.byteLength(one) <= 255 - 40, one);
      assert.equal(Buffer.from(one).toString(), one);
    }
    assert.equal(new Set(named.map(({ link }) => link)).size, 3);
    assert.equal(new Set(named.map(({ workerName }) => workerName)).size, 3);
  }
});

test('a name that fits is what workers look for, in letters that take several bytes too', () => {
  const name = 'ü'.repeat(100);
  assert.equal(nameEnvironments([recipe('core.x', name)])[0]?.workerName, name);
});
