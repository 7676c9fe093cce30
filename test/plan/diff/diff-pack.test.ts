import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applied, changeOf, component, nothingInstalled, plan, unrecorded, wanted, withPack } from '../build.ts';

const action = component('action', 'jira.create', { columns: { label: 'Create' } });
const v1 = wanted('jira', [action]);
const v2 = wanted('jira', [action], { version: '1.1.0' });
const git = { type: 'git', url: 'https://git/jira', ref: 'main', commit: 'abc1234def', path: '' } as const;
const byAda = wanted('jira', [action], { digest: 'other', source: { ...git, author: 'Ada', subject: 'Fix' } });
const installed = applied([v1]);
const others = withPack(installed, 'jira', ({ recorded }) => ({
  recorded: recorded === null ? null : { ...recorded, manager: 'staging' },
}));

test('installed and wanted versions stand on both sides of a change', () => {
  const change = changeOf(plan([byAda], applied([wanted('jira', [action], { source: git })])), 'jira');
  assert.deepEqual(change.from, { version: '1.0.0', digest: v1.content.digest, commit: 'abc1234def' });
  assert.deepEqual(change.to, { version: '1.0.0', digest: byAda.content.digest, commit: 'abc1234def' });
});

test('the same content keeps the commit that brought it', () => {
  const moved = wanted('jira', [action], { source: { ...git, commit: 'fff' }, document: { config: { url: 'x' } } });
  const change = changeOf(plan([moved], applied([wanted('jira', [action], { source: git })])), 'jira');
  assert.equal(change.to?.commit, 'abc1234def');
});

test('of a pack that another installed only the version is known', () => {
  const change = changeOf(plan([v2], unrecorded(installed, 'jira')), 'jira');
  assert.deepEqual(change.from, { version: '1.0.0', digest: null, commit: null });
});

test('a pack of another manager is not written to at all', () => {
  const change = changeOf(plan([v2], others), 'jira');
  assert.deepEqual([change.components, change.records, change.record, change.pack.set], [[], [], null, {}]);
  assert.match(change.blocks[0]?.sentence ?? '', /belongs to the manager staging/);
});

test('a pack whose content is in a column this Attune did not have before is written again', () => {
  const constrained = wanted('jira', [
    component('action', 'jira.create', { columns: { runtime_version_constraint: '>=3' } }),
  ]);
  const older = applied([constrained], {
    ...nothingInstalled,
    missing: { kinds: [], columns: ['action.runtime_version_constraint'] },
  });
  const change = changeOf(plan([constrained], { ...older, missing: { kinds: [], columns: [] } }), 'jira');
  assert.equal(change.reason.sentence, 'the same files say more now');
  assert.deepEqual(change.components[0]?.set, { runtime_version_constraint: '>=3' });
});

test('what a document says of pruning is remembered, and another document changes it', () => {
  const keep = wanted('jira', [], { document: { prune: false } });
  assert.equal(changeOf(plan([keep]), 'jira').record?.prune, false);
  assert.deepEqual(plan([wanted('jira')], applied([keep])).changes, []);
  const release = wanted('jira', [], { document: { prune: true } });
  const change = changeOf(plan([release], applied([keep])), 'jira');
  assert.deepEqual(change.pack.fields, [{ field: 'prune', before: false, after: true, why: 'changed' }]);
});

const v1Tag = { type: 'tag', tag: 'v1' } as const;
const tagged = { ...git, ref: 'v1' } as const;
const document = { source: { type: 'git', url: git.url, ref: v1Tag, path: '' } } as const;
const atTag = wanted('jira', [action], { source: tagged, document });

const tags: readonly [string, typeof atTag, string[]][] = [
  [
    'leads to another commit with other content',
    wanted('jira', [action], { digest: 'other', source: { ...tagged, commit: 'fff000fff' }, document }),
    ['The tag v1 of https://git/jira was moved from abc1234 to fff000f.'],
  ],
  [
    'leads to another commit with the same content',
    wanted('jira', [action], { source: { ...tagged, commit: 'fff' }, document }),
    [],
  ],
  [
    'is another tag',
    wanted('jira', [action], {
      digest: 'other',
      source: { ...tagged, ref: 'v2', commit: 'fff' },
      document: { source: { ...document.source, ref: { type: 'tag', tag: 'v2' } } },
    }),
    [],
  ],
  [
    'is a branch now',
    wanted('jira', [action], {
      digest: 'other',
      source: { ...tagged, commit: 'fff' },
      document: { source: { ...document.source, ref: { type: 'branch', branch: 'v1' } } },
    }),
    [],
  ],
];
for (const [title, pack, expected] of tags) {
  test(`a tag that ${title}: ${expected.length === 0 ? 'no warning' : 'a warning'}`, () => {
    const found = plan([pack], applied([atTag])).changes.flatMap(({ warnings }) => warnings);
    assert.deepEqual(
      found.map(({ message }) => message),
      expected,
    );
  });
}
