import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkPackConfig, warnOfMissingConfig } from '../../src/desired/check-config.ts';
import { parseDocuments } from '../../src/desired/parse-documents.ts';
import type { Json } from '../../src/json.ts';
import type { PackContent } from '../../src/packs/content.ts';

const flat: Json = {
  url: { type: 'string', required: true, description: 'Where it is' },
  port: { type: 'integer', minimum: 1, maximum: 9 },
  mode: { type: 'string', enum: ['fast', 'slow'] },
  pin: { type: 'string', secret: true },
};
const nested: Json = {
  type: 'object',
  required: ['url'],
  properties: {
    url: { type: 'string' },
    port: { type: ['integer', 'null'] },
    list: { type: 'array', items: { type: 'string' } },
    deep: { type: 'object', required: ['a'], properties: { a: { type: 'boolean' } } },
  },
};

function check(config: string, schema: Json, defaults: Record<string, Json> = {}) {
  const text = `kind: Pack\nref: jira\nsource: {directory: x}\nconfig:\n  ${config}\n`;
  const { documents } = parseDocuments(
    [{ path: 'f.yaml', text }],
    { name: 'e', base: { type: 'directory', directory: '/' } },
    {},
  );
  const content = { columns: { conf_schema: schema }, config: defaults } as unknown as PackContent;
  return documents.flatMap((document) => [
    ...checkPackConfig(document, content),
    ...warnOfMissingConfig(document, content),
  ]);
}

const rows: readonly (readonly [schema: Json, config: string, ...problems: string[]])[] = [
  [flat, '{url: u, port: 3, mode: fast}'],
  [{}, '{anything: 1}'],
  [
    flat,
    '{port: 3}',
    '2:6 warning config.url is required by the pack jira and set nowhere. | Where it is. Set it in the document, or in Attune.',
  ],
  [flat, '{url: 5}', '5:4 error config.url is the number 5; text is expected. | Quote it: "5".'],
  [flat, '{url: u, port: 10}', '5:12 error config.port is the number 10; at most 9 is expected.'],
  [flat, '{url: u, port: 1.5}', '5:12 error config.port is the number 1.5; a whole number is expected.'],
  [flat, '{url: u, mode: quick}', '5:12 error config.mode is the text "quick"; one of "fast", "slow" is expected.'],
  [flat, '{url: u, prot: 3}', '5:12 warning config.prot is not known to the pack. | Did you mean port?'],
  [flat, '{url: u, pin: 4711}', '5:12 error config.pin is a secret number; text is expected. | Quote it.'],
  [nested, '{url: u, port: null, list: [a], deep: {a: true}}'],
  [
    nested,
    '{list: [a, 2], deep: {b: 1}}',
    '5:14 error config.list.1 is the number 2; text is expected. | Quote it: "2".',
    '5:18 error config.deep.a is missing; the pack requires it.',
    '5:25 warning config.deep.b is not known to the pack. | The pack knows: a.',
    '2:6 warning config.url is required by the pack jira and set nowhere. | Set it in the document, or in Attune.',
  ],
];

for (const [schema, config, ...expected] of rows) {
  test(`config ${config} of a ${schema === nested ? 'nested' : 'flat'} schema`, () => {
    const found = check(config, schema).map(
      ({ severity, where, message, hint }) =>
        `${where?.line}:${where?.column} ${severity} ${message}${hint ? ` | ${hint}` : ''}`,
    );
    assert.deepEqual(found, expected);
  });
}

test("a required key that the pack's own config gives is not missing", () => {
  assert.deepEqual(check('{port: 3}', flat, { url: 'u' }), []);
});

test('what only the schema calls secret is shown neither in a message nor in a line', () => {
  const found = check('{pin: 471147, port: 99, url: [x]}', flat);
  assert.equal(found.length, 3);
  assert.ok(!JSON.stringify(found).includes('471147'));
});
