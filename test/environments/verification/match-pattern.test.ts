import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Match, matchPattern } from '../../../src/environments/verification/match-pattern.ts';

const cases: readonly (readonly [name: string, pattern: string, text: string, Match])[] = [
  ['a pattern that is found', 'Python 3\\.12\\.', 'x\nPython 3.12.4\n', 'yes'],
  ['one that is not', 'Python 3\\.12\\.', 'Python 3.11.2\n', 'no'],
  ['flags as Rust writes them', '(?i)python', 'PYTHON 3', 'yes'],
  ['several of them, one twice', '(?mim)^node$', 'a\nNODE\nb', 'yes'],
  ['a group with a name as Rust writes it', 'v(?P<major>\\d+)', 'v22.1', 'yes'],
  ['what is no regular expression', '(', 'x', 'invalid'],
  ['flags that only Rust knows', '(?x)a', 'a', 'invalid'],
  ['one that is longer than anybody needs', 'a'.repeat(1001), 'a', 'invalid'],
  ['one that would backtrack for ever', '^(a+)+$', `${'a'.repeat(60)}b`, 'endless'],
  ['one that repeats repetitions', '((((a{1000}){1000}){1000}){1000})b', 'a'.repeat(65_000), 'endless'],
  ['text that looks like code', '^process\\.exit\\(1\\)$', 'process.exit(1)', 'yes'],
];
for (const [name, pattern, text, expected] of cases) {
  test(`${name}: ${expected}`, () => {
    assert.equal(matchPattern(pattern, text), expected);
  });
}
