import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createYamlMemory } from '../../src/desired/yaml-memory.ts';
import { readYaml } from '../../src/yaml/read-yaml.ts';

const values = (yaml: ReturnType<typeof readYaml>) => yaml.documents.map(({ value }) => value);

test('a text of the last pass is not read again, another one in the same file is', () => {
  const memory = createYamlMemory();
  const first = memory.read('a: 1', 'a.yaml');
  memory.endPass();
  assert.equal(memory.read('a: 1', 'a.yaml'), first);
  assert.deepEqual(values(memory.read('a: 2', 'a.yaml')), [{ a: 2 }]);
  assert.deepEqual(values(memory.read('a: 1', 'a.yaml')), [{ a: 1 }]);
});

test('the same text in another file is read by itself, because its places name the file', () => {
  const memory = createYamlMemory();
  memory.read('a: 1', 'a.yaml');
  assert.equal(memory.read('a: 1', 'b.yaml').documents[0]?.position(['a']).file, 'b.yaml');
});

test('what a pass did not read is forgotten', () => {
  const memory = createYamlMemory();
  const first = memory.read('a: 1', 'a.yaml');
  memory.endPass();
  memory.endPass();
  assert.notEqual(memory.read('a: 1', 'a.yaml'), first);
});

test('problems are told in every pass', () => {
  const memory = createYamlMemory();
  const { problems } = memory.read('a: [', 'a.yaml');
  memory.endPass();
  assert.ok(problems.length > 0);
  assert.deepEqual(memory.read('a: [', 'a.yaml').problems, problems);
});

test('more text than may be remembered is read like any other', () => {
  const memory = createYamlMemory();
  const large = `a: ${'x'.repeat(900 * 1024)}`;
  for (const file of ['a', 'b', 'c']) assert.deepEqual(values(memory.read(large, file)), values(readYaml(large, file)));
  memory.endPass();
  for (const file of ['a', 'b', 'c']) assert.deepEqual(values(memory.read(large, file)), values(readYaml(large, file)));
});
