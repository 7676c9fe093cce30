import assert from 'node:assert/strict';
import { resolvedSchema } from '../../src/config/resolved-schema.ts';
import { createChecker } from '../../src/yaml/check-schema.ts';
import { loadSchema } from '../../src/yaml/load-schema.ts';
import { readYaml } from '../../src/yaml/read-yaml.ts';

const jargon =
  /instancePath|schemaPath|must (NOT|have required|be (string|object|array|integer|boolean|equal))|oneOf|anyOf|additionalProp|pattern|undefined|\[object/;

const checkers = { config: createChecker(resolvedSchema()), desired: createChecker(loadSchema('desired')) };

/** What a schema finds in a text, a line each: `line:column code message | hint`. Each is held to be plain. */
export function checkText(name: 'config' | 'desired', text: string): string[] {
  const { documents, problems } = readYaml(text, 'f.yaml');
  const found = [...problems, ...documents.flatMap((document) => checkers[name](document, 'f.yaml'))];
  for (const { where, excerpt, message } of found) {
    assert.ok(where?.file === 'f.yaml' && where.line && where.column, message);
    assert.notEqual(excerpt, undefined);
    assert.doesNotMatch(message, jargon);
  }
  return found.map(({ code, message, where, hint }) => {
    return `${where?.line}:${where?.column} ${code} ${message}${hint === undefined ? '' : ` | ${hint}`}`;
  });
}
