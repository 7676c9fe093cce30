import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isObject } from '../../src/json.ts';
import { compile } from '../../src/yaml/check-schema.ts';
import { loadSchema } from '../../src/yaml/load-schema.ts';
import { checkText } from './check-text.ts';

for (const name of ['config', 'desired', 'saved-plan'] as const) {
  test(`the schema ${name} compiles in strict mode, and every key has a description`, () => {
    assert.doesNotThrow(() => compile(loadSchema(name)));
    const bare: string[] = [];
    const walk = (schema: unknown, path: string): void => {
      if (!isObject(schema)) return;
      for (const [key, member] of Object.entries((schema.properties ?? {}) as Record<string, unknown>)) {
        if (!isObject(member) || typeof member.description !== 'string') bare.push(`${path}.${key}`);
        walk(member, `${path}.${key}`);
      }
      walk(schema.items, `${path}[]`);
      walk(schema.additionalProperties, `${path}.*`);
      for (const branch of (schema.oneOf ?? []) as unknown[]) walk(branch, path);
    };
    walk(loadSchema(name), name);
    assert.deepEqual(bare, []);
  });
}

test('where an editor checks it, every text of a configuration may hold a variable; only names may not', () => {
  const strict: string[] = [];
  JSON.stringify(loadSchema('config'), (_, member: unknown) => {
    if (isObject(member) && typeof member.pattern === 'string' && !new RegExp(member.pattern, 'u').test(`x\${Y} `)) {
      strict.push(String(member.patternErrorMessage));
    }
    return member;
  });
  assert.deepEqual(strict, [
    'must be the name of a host, such as github.com, without scheme and path',
    'must be the name of a variable: letters, digits and underscores',
  ]);
});

test('whatever stands in a file, each mistake is a place and a plain sentence', () => {
  const key = fc.constantFrom(
    'name',
    'kind',
    'ref',
    'source',
    'git',
    'url',
    'sync',
    'hosts',
    'database',
    'desiredState',
    'packStore',
    'enabled',
    'x',
  );
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom<unknown>(null, 1, true, 'x', '-', [], {}),
      fc.array(tie('tree'), { maxLength: 3 }),
      fc.dictionary(key, tie('tree'), { maxKeys: 4 }),
    ),
  }));
  fc.assert(
    fc.property(tree, fc.constantFrom('config', 'desired'), (value, name) => {
      assert.ok(checkText(name as 'config', JSON.stringify(value)).length > 0);
    }),
    { numRuns: 300, endOnFailure: true },
  );
});
