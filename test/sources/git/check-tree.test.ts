import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkTree, treeLimits } from '../../../src/sources/git/check-tree.ts';
import { parseTree, type TreeEntry } from '../../../src/sources/git/list-tree.ts';

const file = (path: string, bytes = 1): TreeEntry => ({ mode: '100644', id: 'abc', bytes, path });

const table: readonly (readonly [string, readonly TreeEntry[], readonly string[]])[] = [
  ['plain files, also with blanks and dots in their names', [file('a b/..c/d.e'), file('.gitignore')], []],
  [
    'a file that can be run, and one of an old git',
    [
      { ...file('a'), mode: '100755' },
      { ...file('b'), mode: '100664' },
    ],
    [],
  ],
  ['a link', [{ ...file('a'), mode: '120000' }], ['tree-link']],
  ['a submodule', [{ ...file('a'), mode: '160000' }], ['tree-submodule']],
  ['a mode nobody knows', [{ ...file('a'), mode: '104755' }], ['tree-mode']],
  [
    'names that leave the tree',
    [file('../a'), file('a/../b'), file('/a'), file('a//b'), file('./a')],
    Array(5).fill('tree-name'),
  ],
  [
    'names that are git’s own',
    [file('.git/config'), file('a/.GIT/hooks/x'), file('git~1')],
    Array(3).fill('tree-name'),
  ],
  ['names with control characters', [file('a\nb'), file('a\u001b[2J')], Array(2).fill('tree-name')],
  ['a name that is not UTF-8', [file('a\ufffd')], ['tree-name']],
  ['files that differ only in case', [file('a/B'), file('a/b')], ['tree-case']],
  ['directories that differ only in case', [file('A/x'), file('a/y')], ['tree-case']],
  ['names that differ only in how an accent is written', [file('\u00e9'), file('e\u0301')], ['tree-case']],
  ['one file that is too large', [file('a', treeLimits.fileBytes + 1)], ['tree-too-large']],
  [
    'files that are too large together',
    Array.from({ length: 5 }, (_, i) => file(`${i}`, treeLimits.fileBytes)),
    ['tree-too-large'],
  ],
  ['as much as is allowed', Array.from({ length: 4 }, (_, i) => file(`${i}`, treeLimits.fileBytes)), []],
];

for (const [what, entries, codes] of table) {
  test(`${what}: ${codes[0] ?? 'allowed'}`, () => {
    assert.deepEqual(
      checkTree(entries).map(({ code }) => code),
      codes,
    );
  });
}

test('too many files are one problem, and many problems are cut with their number', () => {
  const many = Array.from({ length: treeLimits.files + 1 }, (_, index) => file(`${index}`));
  assert.deepEqual(
    checkTree(many).map(({ code }) => code),
    ['tree-too-large'],
  );
  const links = Array.from({ length: 100 }, (_, index) => ({ ...file(`${index}`), mode: '120000' }));
  const problems = checkTree(links);
  assert.equal(problems.length, 21);
  assert.match(problems.at(-1)?.message ?? '', /80 more/);
});

test('a listing is read with paths relative to the directory that was listed', () => {
  const text = '100755 blob abc     12\tpacks/a/x y.sh\0' + '160000 commit abc       -\tpacks/a/sub\0';
  assert.deepEqual(parseTree(text, 'packs/a'), [
    { mode: '100755', id: 'abc', bytes: 12, path: 'x y.sh' },
    { mode: '160000', id: 'abc', bytes: 0, path: 'sub' },
  ]);
});
