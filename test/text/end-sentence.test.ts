import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endSentence } from '../../src/text/end-sentence.ts';

for (const [text, ended] of [
  ['git did not answer', 'git did not answer.'],
  ['It is done.', 'It is done.'],
  ['Is it one?', 'Is it one?'],
  ['see a.b', 'see a.b.'],
] as const) {
  test(`${JSON.stringify(text)} ends as a sentence does`, () => assert.equal(endSentence(text), ended));
}
