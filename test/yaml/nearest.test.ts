import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeUtf8 } from '../../src/yaml/decode-utf8.ts';
import { nearest } from '../../src/yaml/nearest.ts';

const known = ['interval', 'prune', 'removalDelay', 'url', 'key', 'knownHosts'];

for (const [word, expected] of [
  ['intervall', 'interval'],
  ['intreval', 'interval'],
  ['PRUNE', 'prune'],
  ['removal_delay', 'removalDelay'],
  ['ulr', 'url'],
  ['kye', 'key'],
  ['x', undefined],
  ['', undefined],
  ['completely', undefined],
] as const) {
  test(`${JSON.stringify(word)} means ${expected ?? 'nothing known'}`, () =>
    assert.equal(nearest(word, known), expected));
}

test('a word without end costs nothing', () => {
  assert.equal(nearest('x'.repeat(1_000_000), ['y'.repeat(90), ...known]), undefined);
});

test('bytes that are no UTF-8 are named by line and column', () => {
  const { text, problems } = decodeUtf8(Buffer.from([0x61, 0x0a, 0xc3, 0xa9, 0x62, 0xff, 0x61]), 'f');
  assert.equal(text, null);
  assert.deepEqual(problems[0]?.where, { file: 'f', line: 2, column: 3 });
  assert.equal(problems[0]?.excerpt, 'éb');
});

test('UTF-16 is called by its name, and UTF-8 is read', () => {
  assert.equal(decodeUtf8(Buffer.from('\uFEFFhé', 'utf16le'), 'f').problems[0]?.message, 'The file is UTF-16.');
  assert.deepEqual(decodeUtf8(Buffer.from('hé'), 'f'), { text: 'hé', problems: [] });
});
