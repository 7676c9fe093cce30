import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readYaml } from '../../src/yaml/read-yaml.ts';

const file = 'f.yaml';
const read = (text: string) => readYaml(text, file);
const values = (text: string) => read(text).documents.map(({ value }) => value);
const faults = (text: string) =>
  read(text).problems.map(({ code, where, message }) => `${where?.line}:${where?.column} ${code} ${message}`);

const sound: readonly (readonly [name: string, text: string, values: readonly unknown[]])[] = [
  ['a map', 'a: 1\nb: [x, true, null]\n', [{ a: 1, b: ['x', true, null] }]],
  ['several documents', 'a: 1\n---\nb: 2\n', [{ a: 1 }, { b: 2 }]],
  ['a document separator at the end, which is no document', 'a: 1\n---\n', [{ a: 1 }]],
  ['comments alone, which are no document', '# nothing\n', []],
  ['an empty file', '', []],
  ['a null that is written', '~\n', [null]],
  ['words that YAML 1.1 took for booleans', 'a: yes\nb: on\nyes: no\n', [{ a: 'yes', b: 'on', yes: 'no' }]],
  ['numbers with a leading zero as decimal', 'a: 010\n', [{ a: 10 }]],
  ['merge keys', 'a: &a {p: 1, q: 2}\nb: {<<: *a, q: 3}\n', [{ a: { p: 1, q: 2 }, b: { q: 3, p: 1 } }]],
  [
    'a list of merged maps, the first winning',
    'a: &a {p: 1}\nb: {<<: [*a, {p: 2, z: 3}]}\n',
    [{ a: { p: 1 }, b: { p: 1, z: 3 } }],
  ],
  ['a quoted merge key as a plain key', '"<<": 1\n', [{ '<<': 1 }]],
  ['a byte order mark', '\uFEFFa: 1\n', [{ a: 1 }]],
  ['CRLF', 'a: 1\r\nb: 2\r\n', [{ a: 1, b: 2 }]],
  ['standard tags', 'a: !!str 1\n', [{ a: '1' }]],
];

for (const [name, text, expected] of sound) {
  test(`reads ${name}`, () => {
    assert.deepEqual(values(text), expected);
    assert.deepEqual(faults(text), []);
  });
}

const unsound: readonly (readonly [name: string, text: string, ...faults: string[]])[] = [
  ['a tab as indentation', 'a:\n\tb: 1\n', '2:1 yaml-syntax A tab is used for indentation.'],
  [
    'an open quote, where it begins',
    'a: 1\nb: "x\nc: 2\n',
    '2:4 yaml-syntax A quoted text begins here and is not closed.',
  ],
  ['two colons in a line', 'a: b: c\n', '1:4 yaml-syntax A second ": " stands on this line.'],
  ['wrong indentation', 'a:\n  b: 1\n c: 2\n', '3:1 yaml-syntax This key is not indented like the ones beside it.'],
  ['an open bracket', 'a: [1\nb: 2\n', '2:1 yaml-syntax A list opened with [ above is not closed.'],
  ['a reserved character', 'a: @x\n', '1:4 yaml-syntax A value begins with a character that is reserved in YAML.'],
  ['a list beside a map', '- a\nb: c\n', '2:1 yaml-syntax This does not belong to the value before it.'],
  ['a key twice', 'a: 1\nb: 2\na: 3\n', '3:1 duplicate-key The key "a" stands here twice.'],
  ['a key twice, once in quotes', '"a": 1\na: 2\n', '2:1 duplicate-key The key "a" stands here twice.'],
  ['a number as key', '1: x\n', '1:1 yaml-key The key 1 is not a string.'],
  [
    'null and boolean keys',
    'null: x\ntrue: y\n',
    '1:1 yaml-key The key null is not a string.',
    '2:1 yaml-key The key true is not a string.',
  ],
  ['a list as key', '? [a]\n: b\n', '1:3 yaml-key A key must be plain text, not a list, a map or an alias.'],
  ['an alias as key', 'a: &a x\n*a : b\n', '2:1 yaml-key A key must be plain text, not a list, a map or an alias.'],
  ['__proto__', 'a: {__proto__: {b: 1}}\n', '1:5 yaml-key "__proto__" cannot be used as a key.'],
  ['a custom tag', 'a: !env HOME\n', '1:4 yaml-tag The tag !env is not known here.'],
  ['a tag outside the core schema', 'a: !!binary aGk=\n', '1:13 yaml-tag The tag !!binary is not known here.'],
  ['an unresolved alias', 'a: *b\n', '1:4 unresolved-alias The alias *b has no anchor &b before it in this document.'],
  [
    'an alias of another document',
    'a: &a 1\n---\nb: *a\n',
    '3:4 unresolved-alias The alias *a has no anchor &a before it in this document.',
  ],
  ['an alias in its own anchor', 'a: &a [*a]\n', '1:8 unresolved-alias The alias *a stands inside its own anchor.'],
  [
    'a merged scalar',
    'a: {<<: 3}\n',
    '1:5 yaml-merge The merge key "<<" needs a map, an alias of one, or a list of them.',
  ],
  [
    'an integer that loses digits',
    'a: 9007199254740993\n',
    '1:4 unsafe-integer 9007199254740993 is too large for an exact number (the limit is 9007199254740991).',
  ],
  ['infinity', 'a: .inf\n', '1:4 not-finite .inf is not a finite number.'],
  ['not a number', 'a: [.nan]\n', '1:5 not-finite .nan is not a finite number.'],
  ['a number beyond the range of floats', 'a: 1e999\n', '1:4 not-finite 1e999 is not a finite number.'],
  ['an escaped NUL', 'a: "x\\0"\n', '1:4 nul-character The text contains a NUL character.'],
  ['a raw NUL', 'a: 1\nb: x\0\n', '2:5 nul-character The file contains a NUL character.'],
  [
    'an escaped lone surrogate',
    'a: "\\ud800"\n',
    '1:4 lone-surrogate The text contains half of a character (a lone surrogate).',
  ],
  ['a lone surrogate', 'a: \ud800\n', '1:4 lone-surrogate The file contains half of a character (a lone surrogate).'],
  ['another YAML version', '%YAML 1.1\n---\na: yes\n', '2:1 yaml-version YAML 1.1 is not read here, only YAML 1.2.'],
];

for (const [name, text, ...expected] of unsound) {
  test(`refuses ${name}`, () => assert.deepEqual(faults(text), expected));
}

test('every problem carries its file, its line and what to look at', () => {
  for (const [, text] of unsound) {
    for (const { where, excerpt } of read(text).problems) {
      assert.equal(where?.file, file);
      assert.equal(excerpt, text.split('\n')[(where?.line ?? 0) - 1]?.replace('\r', ''));
    }
  }
});

test('reports all problems of a document, not only the first', () => {
  assert.equal(faults('a: *x\nb: .inf\nc: !t 1\na: 2\n').length, 4);
});

test('a broken document leaves the others of its file readable, and its text at hand', () => {
  const { documents, broken } = read('a: 1\n---\nref: jira\nb: [\n---\nc: 3\n');
  assert.deepEqual(
    documents.map(({ value }) => value),
    [{ a: 1 }, { c: 3 }],
  );
  assert.deepEqual(broken, ['---\nref: jira\nb: [\n']);
});

test('knows where keys and values stand, and the nearest ancestor of what is missing', () => {
  const [document] = read('# top\na: &a\n  b:\n    - x\n    - { c: 1.10 }\nd: *a\n').documents;
  assert.ok(document);
  const place = (path: (string | number)[], part?: 'key' | 'value') => {
    const { line, column } = document.position(path, part);
    return `${line}:${column}`;
  };
  assert.equal(place([]), '2:1');
  assert.equal(place(['a', 'b', 1, 'c'], 'key'), '5:9');
  assert.equal(place(['a', 'b', 1, 'c']), '5:12');
  assert.equal(place(['a', 'b', 7, 'c']), '4:5');
  assert.equal(place(['a', 'nope'], 'key'), '2:1');
  assert.equal(place(['d']), '6:4', 'an alias stands where it is used');
  assert.equal(place(['d', 'b', 0]), '4:7', 'what it stands for where it was written');
  assert.equal(document.source(['a', 'b', 1, 'c']), '1.10');
  assert.equal(document.source(['a', 'b']), undefined);
  assert.equal(document.source(['a', 'nope']), undefined);
});

test('finds merged members where they were written', () => {
  const [document] = read('a: &a\n  p: 1\nb:\n  <<: *a\n').documents;
  assert.deepEqual(document?.position(['b', 'p'], 'key'), { file, line: 2, column: 3 });
});

test('an excerpt never shows a secret', () => {
  const texts = [
    'a: {password: hunter2, b: 1, b: 2}',
    'password: "hunter2',
    'password: "x" hunter2',
    `password: "$${'{X}'}" hunter2`,
    'a: {password: "x}, hunter2", b: 1, b: 2}',
    'token: hunter2\n\tb: 1',
    'apiToken: [hunter2, hunter2]\n<<: 1',
    'db_password: hunter2: x',
    'url: https://me:hunter2@host/x: y',
    'url: https://hunter2@host/x: y',
    'secret: &x hunter2\nsecret: *x',
    'credentials: {a: {b: hunter2}}\ncredentials: hunter2',
    'api_key: >\n  hunter2\n b: 1',
  ];
  for (const text of texts) {
    const { problems } = read(text);
    assert.ok(problems.length > 0, text);
    assert.ok(!JSON.stringify(problems).includes('hunter2'), JSON.stringify(problems));
  }
});

test('never throws, and every problem has a line and a column in the text', () => {
  const piece = fc.constantFrom(
    'a: ',
    'b:',
    '- ',
    '\n',
    '  ',
    '\t',
    '{',
    '}',
    '[',
    ']',
    '&x ',
    '*x',
    '<<: ',
    '"',
    "'",
    '|',
    '>',
    '!t ',
    '!!int ',
    '#',
    '---\n',
    '...\n',
    '%YAML 1.1\n',
    '? ',
    ': ',
    '0',
    '1e999',
    '.nan',
    '\0',
    '\ud800',
    '\r\n',
    '\uFEFF',
    '`',
    '@',
    'é',
    '\\u',
  );
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join('')),
  );
  fc.assert(
    fc.property(text, (found) => {
      const { documents, problems, broken } = read(found);
      assert.equal(problems.length === 0, broken.length === 0);
      for (const { where } of problems) assert.ok((where?.line ?? 0) >= 1 && (where?.column ?? 0) >= 1);
      for (const document of documents) {
        assert.doesNotThrow(() => JSON.stringify(document.value));
        assert.equal(typeof document.excerpt(document.position(['a', 0, 'b'])), 'string');
      }
    }),
    { numRuns: 1000, endOnFailure: true },
  );
});

test('what JSON can say is read back the same', () => {
  const isExact = (value: unknown) => !JSON.stringify(value).includes('__proto__');
  fc.assert(
    fc.property(fc.jsonValue({ noUnpairedSurrogates: true } as object), (value) => {
      const text = JSON.stringify(value);
      fc.pre(isExact(value) && !/\\u0000|\\ud[89a-f]/i.test(text));
      const { documents, problems } = read(text);
      if (problems.length > 0) return problems.every(({ code }) => code === 'unsafe-integer');
      return JSON.stringify(documents[0]?.value) === text;
    }),
    { numRuns: 300, endOnFailure: true },
  );
});
