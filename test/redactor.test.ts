import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRedactor } from '../src/redactor.ts';
import { Secret } from '../src/secret.ts';

function knowing(...values: readonly ConstructorParameters<typeof Secret>[0][]) {
  const redactor = createRedactor();
  for (const value of values) redactor.know(new Secret(value));
  return (text: string) => redactor.redact(text);
}

const quoted = 'pass "word"\\5';

const spellings: readonly (readonly [name: string, text: string, shown: string])[] = [
  ['as it is', `a ${quoted} b`, 'a (secret) b'],
  ['in JSON', `a ${JSON.stringify(quoted)} b`, 'a "(secret)" b'],
  ['in JSON within JSON', `a ${JSON.stringify(JSON.stringify(quoted))} b`, 'a "\\"(secret)\\"" b'],
  ['three times in JSON', JSON.stringify(JSON.stringify(JSON.stringify([quoted]))), '"\\"[\\\\\\"(secret)\\\\\\"]\\""'],
  ['in a URL', `a ${encodeURIComponent(quoted)} b`, 'a (secret) b'],
  ['in base64', `a ${Buffer.from(quoted).toString('base64')} b`, 'a (secret) b'],
  ['wrapped at its blank', 'a pass\n     "word"\\5 b', 'a (secret) b'],
];

for (const [name, text, shown] of spellings) {
  test(`a secret is not shown ${name}`, () => assert.equal(knowing(quoted)(text), shown));
}

test('no line of a secret of several lines is shown by itself, and what every key begins with stays', () => {
  const redact = knowing('-----BEGIN KEY-----\nMIIEvQIBADAN\nBgkqhkiG9w0B\n-----END KEY-----\n');
  assert.equal(redact('  MIIEvQIBADAN\n  BgkqhkiG9w0B\n'), '  (secret)\n  (secret)\n');
  assert.equal(redact('not a -----BEGIN KEY-----'), 'not a -----BEGIN KEY-----');
});

test('of two secrets of which one begins with the other neither is shown in part', () => {
  for (const values of [
    ['hunter22', 'hunter22-and-more'],
    ['hunter22-and-more', 'hunter22'],
  ]) {
    assert.equal(knowing(...values)('hunter22-and-more hunter22'), '(secret) (secret)');
  }
});

test('values too short to tell are left alone, and those within lists and objects are not', () => {
  const redact = knowing('abc', { list: ['inside-a-list', 471_100], none: null });
  assert.equal(redact('abc inside-a-list 471100 null'), 'abc (secret) (secret) null');
});

test('a secret of nothing but blanks does not take the blanks out of every text', () => {
  assert.equal(knowing('      ')('a      b'), 'a      b');
});

test('in a line of JSON a URL ends where its text does', () => {
  const { redact } = createRedactor();
  const line = JSON.stringify({ url: 'https://host', who: 'root@vm', urls: ['https://host'], at: { by: 'ann:b@c' } });
  assert.equal(redact(line), line);
  const known = JSON.stringify({ url: 'https://ann:word@host', who: 'root@vm' });
  assert.deepEqual(JSON.parse(redact(known)), { url: 'https://ann:(secret)@host', who: 'root@vm' });
});

test('the password of any URL is hidden', () => {
  assert.equal(knowing()('at postgres://ann:pass@host/x'), 'at postgres://ann:(secret)@host/x');
});

test('a line of a megabyte is looked through in one go', { timeout: 20_000 }, () => {
  const letters = 'a'.repeat(1024 * 1024);
  assert.equal(createRedactor().redact(`${letters} x://me:word@host`), `${letters} x://me:(secret)@host`);
});
