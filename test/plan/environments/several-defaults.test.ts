import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applied, changeOf, plan } from '../build.ts';
import { core, facts, jira, pythonConfig, withFacts } from './scene.ts';

/** Warnings of a pack that runs in Python, whose rows say which versions are the default. */
function warnings(defaults: readonly string[], constraint: string | null = null): unknown[] {
  const packs = [core(pythonConfig(), [{ version: '3.11', isDefault: true }])];
  const pack = jira({ constraints: [constraint] });
  const actual = applied(packs);
  const [runtime] = actual.runtimes.values();
  assert.ok(runtime !== undefined);
  const versions = defaults.map((version) => ({ version, isDefault: true, available: true, config: {} }));
  const runtimes = new Map([[runtime.ref, { ...runtime, versions }]]);
  const found = plan([pack], withFacts({ ...actual, runtimes }, facts({ packs: [...packs, pack] }, {})));
  return changeOf(found, 'jira').warnings.map(({ code, message }) => [code, message]);
}

test('several defaults, which rows can have, are told where one is taken: the highest that is here', () => {
  const message = 'core.python has several defaults, 3.9 and 3.11: 3.11 is taken.';
  assert.deepEqual(warnings(['3.9', '3.11']), [['several-defaults', message]]);
  assert.deepEqual(warnings(['3.9', '3.10']), [
    ['several-defaults', 'core.python has several defaults, 3.9 and 3.10: the runtime itself is taken.'],
  ]);
});

test('nothing is told of one default, or where a constraint decides', () => {
  assert.deepEqual(warnings(['3.11']), []);
  assert.deepEqual(warnings(['3.9', '3.11'], '>=3.11'), []);
});
