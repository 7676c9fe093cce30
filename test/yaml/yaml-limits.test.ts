import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readYaml } from '../../src/yaml/read-yaml.ts';

const file = 'f.yaml';
const read = (text: string) => readYaml(text, file);
const values = (text: string) => read(text).documents.map(({ value }) => value);

test('150 uses of one anchor are honest', () => {
  const text = `a: &a {x: [1, 2, 3]}\nb: [${Array(150).fill('*a').join(', ')}]\n`;
  assert.equal((values(text)[0] as { b: unknown[] }).b.length, 150);
});

test('an alias bomb is refused where it grows too large, at once', () => {
  const names = 'abcdefghijkl'.split('');
  const lines = names.map((name, index) => {
    const item = index === 0 ? 'lol' : `*${names[index - 1]}`;
    return `${name}: &${name} [${Array(9).fill(item).join(', ')}]`;
  });
  const [problem] = read(lines.join('\n')).problems;
  assert.equal(problem?.code, 'alias-bomb');
  assert.equal(problem?.where?.line, 6);
});

test('a chain of aliases cannot nest deeper than values may', () => {
  const lines = Array.from(
    { length: 2000 },
    (_, index) => `k${index}: &k${index} [${index === 0 ? 'x' : `*k${index - 1}`}]`,
  );
  assert.equal(read(lines.join('\n')).problems[0]?.code, 'alias-bomb');
});

test('deep nesting is an error and no crash', () => {
  for (const text of ['['.repeat(50_000), '- '.repeat(50_000), `${'['.repeat(300)}${']'.repeat(300)}`]) {
    assert.equal(read(text).problems[0]?.code, 'yaml-too-deep', text.slice(0, 5));
  }
});

test('a file larger than 1 MiB is refused, one of that size read', () => {
  assert.equal(read(`a: ${'x'.repeat(1024 * 1024)}`).problems[0]?.code, 'file-too-large');
  assert.equal(read(`a: ${'x'.repeat(1024 * 1024 - 3)}`).problems.length, 0);
});

test('of thousands of problems the first are shown, and how many follow', () => {
  const { problems } = read('a: 1\n'.repeat(2000));
  assert.equal(problems.length, 51);
  assert.equal(problems.at(-1)?.message, 'From here on 1949 more problems were found and are not shown.');
});
