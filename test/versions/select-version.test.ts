import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SyncError } from '../../src/errors.ts';
import { selectVersion, type VersionChoice } from '../../src/versions/select-version.ts';

function choice(version: string, digest: string, commit: string | null, day: number, available = true): VersionChoice {
  const source = { type: commit === null ? 'directory' : 'git', url: 'u', ref: null, commit, path: null } as const;
  return { version, digest: digest.repeat(16), source, installed: `2026-11-0${day}T00:00:00.000Z`, available };
}

const versions = [
  choice('1.0.0', '1aaa', 'c0ffee1'.padEnd(40, '0'), 1),
  choice('1.0.0', '2bbb', 'c0ffee2'.padEnd(40, '0'), 2),
  choice('1.1.0', '3ccc', 'facade3'.padEnd(40, '0'), 3),
  choice('20240101', '4ddd', null, 4),
  choice('2.0.0', '5eee', 'decade5'.padEnd(40, '0'), 5),
];
const selection = { ref: 'jira', versions, current: '5eee'.repeat(16), isInstalled: true, heldBack: null };

describe('a rollback means', () => {
  for (const [name, wished, expected] of [
    ['the version before, without a wish', undefined, '4ddd'],
    ['the version that is named whole', '1.1.0', '3ccc'],
    ['a version of digits alone before any commit', '20240101', '4ddd'],
    ['the content of a commit by its first seven digits', 'c0ffee2', '2bbb'],
    ['the content of a whole commit', 'facade3'.padEnd(40, '0'), '3ccc'],
    ['a content by the first digits of its digest', '1aaa1aaa1', '1aaa'],
    ['a content by its digest as documents write it', `sha256:${'3ccc'.repeat(16)}`, '3ccc'],
  ] as const) {
    it(name, () => {
      assert.equal(selectVersion(selection, wished).digest, expected.repeat(16));
    });
  }

  it('the one before what is installed, not what is held back', () => {
    const at = { ...selection, current: '3ccc'.repeat(16), heldBack: '5eee'.repeat(16) };
    assert.equal(selectVersion(at).digest, '2bbb'.repeat(16));
  });

  it('only what can still be had', () => {
    const some = versions.map((one) => ({ ...one, available: one.version !== '20240101' }));
    assert.equal(selectVersion({ ...selection, versions: some }).version, '1.1.0');
  });
});

describe('refused, with what there is instead, is', () => {
  for (const [name, wished, code, hint] of [
    ['a version that is unknown', '9.9.9', 'unknown-version', /^There are: 20240101 .*, 1\.1\.0 .*, 1\.0\.0 .*\.$/],
    ['a prefix that is too short to tell', 'c0ffee', 'unknown-version', /^There are: /],
    ['a version with several contents', '1.0.0', 'ambiguous-version', /commit c0ffee1, digest 1aaa1aaa1aaa.*c0ffee2/],
    ['what is installed', '2.0.0', 'already-installed', /^There are: /],
  ] as const) {
    it(name, () => {
      assert.throws(
        () => selectVersion(selection, wished),
        (error) => error instanceof SyncError && error.code === code && hint.test(error.problems[0]?.hint ?? ''),
      );
    });
  }

  it('what was swept, and what has nothing before it', () => {
    const gone = versions.map((one) => ({ ...one, available: one.digest === selection.current }));
    assert.throws(() => selectVersion({ ...selection, versions: gone }, '1.1.0'), { code: 'version-gone' });
    assert.throws(
      () => selectVersion({ ...selection, versions: gone }),
      (error) =>
        error instanceof SyncError &&
        error.code === 'no-earlier-version' &&
        /`attune-sync pack show \S+` .* another branch, tag or commit/.test(error.problems[0]?.hint ?? ''),
    );
    assert.throws(() => selectVersion({ ...selection, current: '1aaa'.repeat(16) }), { code: 'no-earlier-version' });
  });

  it('not what a pack was rolled back to that is not installed any more', () => {
    const removed = { ...selection, isInstalled: false, heldBack: '5eee'.repeat(16), current: '4ddd'.repeat(16) };
    assert.equal(selectVersion(removed, '20240101').version, '20240101');
    assert.equal(selectVersion(removed).version, '1.1.0');
    const first = { ...removed, current: '1aaa'.repeat(16) };
    const message = 'There is no version of jira before the one it was rolled back to.';
    assert.throws(() => selectVersion(first), { code: 'no-earlier-version', message });
  });
});
