import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseCommit } from '../../../src/sources/git/commit-info.ts';
import { createBatchReader } from '../../../src/sources/git/read-objects.ts';

const missing = (id: string) => new Error(`${id} is missing`);

test('objects are read alike in whatever pieces they come, also empty ones and those that look like a header', () => {
  const contents = ['', 'one\n', '\n\n', `${'a'.repeat(40)} blob 3\n`, 'é'];
  const objects = contents.map((text) => `${'b'.repeat(40)} blob ${Buffer.byteLength(text)}\n${text}\n`);
  const output = Buffer.from(objects.join(''));
  for (const step of [1, 2, 7, 45, output.length]) {
    const found: string[] = [];
    const reader = createBatchReader((index) => {
      assert.equal(index, found.length);
      const pieces: Buffer[] = [];
      return {
        write: (piece) => void pieces.push(piece),
        end: () => void found.push(Buffer.concat(pieces).toString()),
      };
    }, missing);
    for (let at = 0; at < output.length; at += step) reader.take(output.subarray(at, at + step));
    assert.deepEqual(found, contents, `in pieces of ${step}`);
    assert.equal(reader.count(), contents.length);
  }
});

test('an object that git does not have is an error before the next one is taken for it', () => {
  const reader = createBatchReader(() => assert.fail('nothing was there'), missing);
  assert.throws(() => reader.take(Buffer.from('abc missing\nabd blob 1\nx\n')), /abc is missing/);
});

const head =
  'tree 0123\nauthor Ada  <ada@example.com> 1767225600 +0000\ncommitter Bob <b@example.com> 1767225600 +0000\n';
const commits: readonly (readonly [string, Buffer, string, string])[] = [
  ['a title', Buffer.from(`${head}\nBegin\n`), 'Ada', 'Begin'],
  ['a title of two lines, and a text', Buffer.from(`${head}\n\nOne\ntwo\n\nauthor Eve <e>\n`), 'Ada', 'One two'],
  ['no message', Buffer.from(head), 'Ada', ''],
  ['control characters', Buffer.from(`${head}\n\u001b[2JBegin\u0007\n`), 'Ada', '[2JBegin'],
  ['a nameless author', Buffer.from('tree 0123\nauthor <a@example.com> 0 +0000\n\nBegin'), '', 'Begin'],
  [
    'another encoding',
    Buffer.from(`${head}encoding ISO-8859-1\n\nGr\u00fc\u00dfe`, 'latin1'),
    'Ada',
    'Gr\u00fc\u00dfe',
  ],
  ['an encoding nobody knows', Buffer.from(`${head}encoding x-none\n\nBegin`), 'Ada', 'Begin'],
];

for (const [what, bytes, author, subject] of commits) {
  test(`author and subject of a commit: ${what}`, () => assert.deepEqual(parseCommit(bytes), { author, subject }));
}
