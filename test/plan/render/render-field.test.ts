import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Json } from '../../../src/json.ts';
import { renderField } from '../../../src/plan/render/render-field.ts';
import { diffLines } from '../../../src/plan/render/render-line-diff.ts';
import { maskField } from '../../../src/plan/render/render-value.ts';
import { createPaint } from '../../../src/text/paint.ts';
import { sampleField } from '../sample-plan.ts';

const render = (field: string, before: Json, after: Json, width = 80) =>
  renderField(sampleField(field, before, after), { paint: createPaint(false), width });

for (const [name, field, before, after, expected] of [
  ['two short values stand in one line', 'label', 'Old', 'New', ['label  "Old" → "New"']],
  ['nothing is told from an empty string', 'description', null, '', ['description  (none) → ""']],
  ['a switch', 'enabled', true, false, ['enabled  true → false']],
  [
    'a long value takes a line on each side',
    'description',
    'a'.repeat(50),
    'b'.repeat(50),
    ['description', `  - "${'a'.repeat(50)}"`, `  + "${'b'.repeat(50)}"`],
  ],
  [
    'several lines are a line diff with two lines around what differs',
    'description',
    '1\n2\n3\n4\n5\n6\n7',
    '1\n2\n3\n4\n5\nsix\n7',
    ['description', '  …', '    4', '    5', '  - 6', '  + six', '    7'],
  ],
  ['text that appears has no other side', 'description', null, 'a\nb', ['description', '  + a', '  + b']],
  [
    'of jsonb only the paths that differ are shown',
    'conditions',
    { all: [{ a: 1 }, { b: 2 }], keep: 'x' },
    { all: [{ a: 1 }, { b: 3 }], keep: 'x', more: true },
    ['conditions', '  all[1].b  2 → 3', '  + more: true'],
  ],
  [
    'an item put into a list is one line, not all that follow it',
    'tags',
    ['a', 'b', 'c'],
    ['a', 'new', 'b', 'c'],
    ['tags', '  + [1]: "new"'],
  ],
  ['a path part that is not a plain name is quoted', 'meta', { 'a.b': 1 }, { 'a.b': 2 }, ['meta', '  ["a.b"]  1 → 2']],
  [
    'a structure that goes is shown by what was in it',
    'out_schema',
    { id: { type: 'string' } },
    null,
    ['out_schema', '  - id: {"type": "string"}'],
  ],
  [
    'a structure breaks between its members, not inside a word',
    'out_schema',
    null,
    {
      id: { type: 'string', description: 'a { or [ in "a, text": stays', enum: ['some-longer-value', 'another-value'] },
    },
    [
      'out_schema',
      '  + id: {"type": "string", "description": "a { or [ in \\"a, text\\": stays",',
      '        "enum": ["some-longer-value", "another-value"]}',
    ],
  ],
  ['an empty structure is one', 'meta', { a: 1 }, { a: {}, b: [] }, ['meta', '  a  1 → {}', '  + b: []']],
  [
    'a secret is known by its digest',
    'config.password',
    'secret:0123456789ab',
    'secret:ba9876543210',
    ['config.password  secret:0123456789ab → secret:ba9876543210'],
  ],
  [
    'of a value under a secret name only that it changed is told',
    'config',
    { url: 'a', api_token: 'one', deep: { private_key: ['k1'] } },
    { url: 'a', api_token: 'two', deep: { private_key: ['k2'] } },
    ['config', '  api_token  (secret) changed', '  deep.private_key[0]  (secret) changed'],
  ],
  [
    'in a schema the default of a secret is masked, its description is not',
    'param_schema',
    { password: { type: 'string', default: 'hunter2', description: 'Old' }, pin: { secret: true, default: 1 } },
    { password: { type: 'string', default: 'hunter3', description: 'New' }, pin: { secret: true, default: 2 } },
    [
      'param_schema',
      '  password.default  (secret) changed',
      '  password.description  "Old" → "New"',
      '  pin.default  (secret) changed',
    ],
  ],
] satisfies [string, string, Json, Json, string[]][]) {
  test(name, () => {
    assert.deepEqual(render(field, before, after), expected);
  });
}

test('a very long diff says how much it leaves out', () => {
  const lines = (text: string) => Array.from({ length: 200 }, (_, index) => `${text} ${index}`).join('\n');
  const shown = render('description', lines('old'), lines('new'));
  assert.equal(shown.length, 62);
  assert.equal(shown.at(-1), '  … 340 more lines; --output json shows them all');
});

test('of a very long value the beginning is shown and how much is left out', () => {
  const shown = render('description', 'a'.repeat(100_000), null, 200).join('\n');
  assert.ok(shown.length < 2000);
  assert.match(shown, /… \(99002 more characters\)/);
});

test('a line diff is the shortest one, and texts too large to compare are replaced as a whole', () => {
  const signs = (before: string[], after: string[]) => diffLines(before, after).map(({ sign, text }) => sign + text);
  assert.deepEqual(signs(['a', 'b', 'c', 'd'], ['a', 'c', 'x', 'd']), [' a', '-b', ' c', '+x', ' d']);
  const large = (text: string) => Array.from({ length: 2000 }, (_, index) => `${text}${index}`);
  assert.equal(diffLines(large('a'), large('b')).length, 4000);
});

test('masking keeps what is not secret as it is', () => {
  const value = { url: 'a', list: [1, null, true], nested: { name: 'x' } };
  assert.deepEqual(maskField('config', value), value);
  assert.deepEqual(maskField('config.credentials', { user: 'u', empty: null }), { user: '(secret)', empty: null });
});
