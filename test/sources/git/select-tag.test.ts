import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SyncError } from '../../../src/errors.ts';
import { parseRefs } from '../../../src/sources/git/list-refs.ts';
import { resolveRef } from '../../../src/sources/git/resolve-ref.ts';

const tags = [
  'v1.0.0 v1.2.0 v1.10.0 1.9.9 v2.0.0-rc.1 v2.0.0-rc.2 v1.3.0-beta',
  'v3 v3.1 latest release-4.0.0 v01.50.0 v1.2.0.1',
  'jira-v1.0.0 jira-1.1.0 jira-2.0.0-rc.1 wiki/v5.0.0 wiki/v5.1.0+build.1',
]
  .join(' ')
  .split(' ');

const commitOf = (tag: string) => Buffer.from(tag).toString('hex').padEnd(40, '0').slice(0, 40);
const listing = tags.map((tag) => `${commitOf(tag)}\trefs/tags/${tag}`).join('\n');

/** Range, prefix, the tag it leads to, or what is said. */
const table: readonly (readonly [string, string, string])[] = [
  ['^1.2', '', 'v1.10.0'],
  ['~1.2.0', '', 'v1.2.0'],
  ['1.9.9', '', '1.9.9'],
  ['*', '', 'v1.10.0'],
  ['>=1.0, <1.10', '', '1.9.9'],
  ['^2.0.0-rc.0', '', 'v2.0.0-rc.2'],
  ['^1.3.0-alpha', '', 'v1.10.0'],
  ['~1.3.0-alpha', '', 'v1.3.0-beta'],
  ['^1', 'jira-', 'jira-1.1.0'],
  ['^1', 'jira-v', 'jira-v1.0.0'],
  ['>=5', 'wiki/', 'wiki/v5.1.0+build.1'],
  [
    '^2',
    '',
    'https://h/x has no tag with a version in "^2" | Prereleases count only where the range names one of the same version: v2.0.0-rc.2, v2.0.0-rc.1.',
  ],
  ['^9', '', 'https://h/x has no tag with a version in "^9" | The nearest it has: v2.0.0-rc.2, v2.0.0-rc.1.'],
  ['~1.4', '', 'https://h/x has no tag with a version in "~1.4" | The nearest it has: 1.9.9, v1.3.0-beta, v1.2.0.'],
  ['^0.1', '', 'https://h/x has no tag with a version in "^0.1" | The nearest it has: v1.0.0.'],
  [
    '^3',
    'jira-',
    'https://h/x has no tag with a version in "^3" behind "jira-" | The nearest it has: jira-2.0.0-rc.1, jira-1.1.0.',
  ],
  [
    '^1',
    'releas-',
    'https://h/x has no tag with a version in "^1" behind "releas-" | The nearest it has: release-4.0.0, jira-1.1.0, jira-v1.0.0. A version is three numbers, with or without v before them.',
  ],
];

for (const [range, prefix, expected] of table) {
  test(`${range} over tags${prefix === '' ? '' : ` that begin ${prefix}`}: ${expected}`, () => {
    const refs = parseRefs(listing);
    try {
      const { name, commit, remoteRef } = resolveRef(refs, { type: 'semver', range, prefix }, 'https://h/x');
      assert.deepEqual([name, commit, remoteRef], [expected, commitOf(expected), `refs/tags/${expected}`]);
    } catch (error) {
      if (!(error instanceof SyncError)) throw error;
      assert.equal(error.code, 'git-ref-missing');
      assert.equal(`${error.message} | ${error.problems[0]?.hint}`, expected);
    }
  });
}

test('an annotated tag leads to its commit, and no tag at all is said', () => {
  const [object, commit] = ['a'.repeat(40), 'b'.repeat(40)];
  const refs = parseRefs(`${object}\trefs/tags/v1.0.0\n${commit}\trefs/tags/v1.0.0^{}`);
  assert.equal(resolveRef(refs, { type: 'semver', range: '^1', prefix: '' }, 'x').commit, commit);
  assert.throws(
    () => resolveRef(parseRefs(''), { type: 'semver', range: '^1', prefix: '' }, 'x'),
    (error: SyncError) => error.problems[0]?.hint?.startsWith('It has no tag at all.') === true,
  );
});

test('of two tags of one version the same is taken whatever their order', () => {
  const either = (names: readonly string[]) =>
    resolveRef(
      parseRefs(names.map((name) => `${commitOf(name)}\trefs/tags/${name}`).join('\n')),
      { type: 'semver', range: '^1', prefix: '' },
      'x',
    ).name;
  assert.equal(either(['v1.0.0', '1.0.0']), either(['1.0.0', 'v1.0.0']));
});
