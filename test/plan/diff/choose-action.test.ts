import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Actual } from '../../../src/actual/actual.ts';
import type { WantedPack } from '../../../src/desired/desired.ts';
import type { PlanOptions } from '../../../src/plan/pack-scope.ts';
import { versionPath } from '../../../src/store/paths.ts';
import {
  applied,
  codesOf,
  component,
  nothingInstalled,
  plan,
  repair,
  report,
  unrecorded,
  wanted,
  withoutRow,
  withPack,
  withRow,
} from '../build.ts';

const action = component('action', 'jira.create', { columns: { label: 'Create' } });
const v1 = wanted('jira', [action]);
const v2 = wanted('jira', [action], { version: '1.1.0' });
const git = { type: 'git', url: 'https://git/jira', ref: 'main', commit: 'abc1234def', path: '' } as const;
const byAda = wanted('jira', [action], { digest: 'other', source: { ...git, author: 'Ada', subject: 'Fix' } });
const bySomebody = wanted('jira', [action], { digest: 'other', source: git });
const fromDirectory = wanted('jira', [action], { digest: 'other' });
const elsewhere = wanted('jira', [action], { source: { ...git, url: 'https://git/moved' } });
const needy = component('action', 'jira.create', { names: { runtime: 'core.python' } });
const runtime = component('runtime', 'core.python', { columns: { name: 'Python' } });

const switched = component('trigger', 'jira.poll');
const installed = applied([v1]);
const drifted = withRow(installed, 'action', 'jira.create', { columns: { label: 'Mine' } });
const withoutDirectory = withPack(installed, 'jira', ({ files }) => ({ files: { ...files, present: false } }));
const wrongLink = withPack(installed, 'jira', ({ files }) => ({ files: { ...files, current: '.versions/jira/0' } }));
const withoutVersioned = withPack(installed, 'jira', ({ files }) => ({ files: { ...files, versioned: null } }));
const occupied = withPack(installed, 'jira', ({ files }) => ({ files: { ...files, occupied: true } }));
const others = withPack(installed, 'jira', ({ recorded }) => ({
  recorded: recorded === null ? null : { ...recorded, manager: 'staging' },
}));
const deleted: Actual = {
  ...nothingInstalled,
  recorded: [...installed.packs.values()].flatMap(({ recorded }) => recorded ?? []),
};

const unverified = (actual: Actual) =>
  withPack(actual, 'jira', ({ installation }) => ({ installation: { ...installation, isVerified: false } }));
const checksum = `sha256:${'a'.repeat(64)}`;
/** A person switched it off, which was recorded, and then had that dropped. */
const dropped = withPack(
  withRow(applied([wanted('jira', [switched])]), 'trigger', 'jira.poll', { enabled: false }),
  'jira',
  ({ recorded }) => ({
    recorded:
      recorded === null
        ? null
        : { ...recorded, components: recorded.components.map((one) => ({ ...one, enabled: false })) },
  }),
);

interface Cell {
  readonly name: string;
  readonly pack: WantedPack;
  readonly actual: Actual;
  readonly options?: PlanOptions;
  /** `action code: sentence`, or unchanged. */
  readonly expected: string;
  readonly files: boolean;
  readonly blocks?: readonly string[];
}

const cells: readonly Cell[] = [
  {
    name: 'not installed',
    pack: v1,
    actual: nothingInstalled,
    expected: 'install not-installed: not installed',
    files: true,
  },
  {
    name: 'recorded, but deleted from Attune',
    pack: v1,
    actual: deleted,
    expected: 'install not-installed: not installed any more: somebody deleted it from Attune',
    files: true,
  },
  {
    name: 'installed, recorded by nobody',
    pack: v1,
    actual: unrecorded(installed, 'jira'),
    expected: 'adopt installed-by-another: not installed by Attune Sync',
    files: true,
  },
  {
    name: 'recorded by another manager',
    pack: v2,
    actual: others,
    expected: 'adopt installed-by-another: managed by staging',
    files: false,
    blocks: ['managed-by-another'],
  },
  { name: 'equal', pack: v1, actual: installed, expected: 'unchanged', files: false },
  {
    name: 'another version',
    pack: v2,
    actual: installed,
    expected: 'reinstall version-changed: 1.0.0 → 1.1.0',
    files: true,
  },
  {
    name: 'an older version',
    pack: v1,
    actual: applied([v2]),
    expected: 'reinstall version-changed: 1.1.0 → 1.0.0',
    files: true,
  },
  {
    name: 'other content, known author',
    pack: byAda,
    actual: installed,
    expected: 'reinstall content-changed: content changed in abc1234 by Ada',
    files: true,
  },
  {
    name: 'other content, unknown author',
    pack: bySomebody,
    actual: installed,
    expected: 'reinstall content-changed: content changed in abc1234',
    files: true,
  },
  {
    name: 'other content in a directory',
    pack: fromDirectory,
    actual: installed,
    expected: 'reinstall content-changed: content changed',
    files: true,
  },
  { name: 'another remote, the same content', pack: elsewhere, actual: installed, expected: 'unchanged', files: false },
  {
    name: 'the document sets config',
    pack: wanted('jira', [action], { document: { config: { url: 'x' } } }),
    actual: installed,
    expected: 'configure config-changed: config changed',
    files: false,
  },
  {
    name: 'the document says prune: false',
    pack: wanted('jira', [action], { document: { prune: false } }),
    actual: installed,
    expected: 'configure config-changed: prune changed',
    files: false,
  },
  {
    name: 'the document sets a switch',
    pack: wanted('jira', [switched], { document: { enabled: { 'jira.poll': false } } }),
    actual: applied([wanted('jira', [switched])]),
    expected: 'configure config-changed: switches changed',
    files: false,
  },
  {
    name: 'a person dropped the override of a switch',
    pack: wanted('jira', [switched]),
    actual: dropped,
    expected: 'configure config-changed: switches changed',
    files: false,
  },
  {
    name: 'the document gives the checksum of what is installed',
    pack: wanted('jira', [action], { document: { checksum } }),
    actual: unverified(installed),
    expected: 'configure config-changed: checksum verified',
    files: false,
  },
  {
    name: 'the document changes whatever it can',
    pack: wanted('jira', [switched], {
      document: {
        config: { url: 'x' },
        enabled: { 'jira.poll': false },
        prune: false,
        checksum,
      },
    }),
    actual: unverified(applied([wanted('jira', [switched])])),
    expected: 'configure config-changed: config, switches and prune changed, checksum verified',
    files: false,
  },
  { name: 'a row drifted', pack: v1, actual: drifted, expected: 'repair row-drifted: row drifted', files: false },
  {
    name: 'a row drifted, drift is reported',
    pack: v1,
    actual: drifted,
    options: report,
    expected: 'unchanged',
    files: false,
  },
  {
    name: 'a row was deleted',
    pack: v1,
    actual: withoutRow(installed, 'action', 'jira.create'),
    expected: 'repair row-drifted: row drifted',
    files: false,
  },
  {
    name: 'a row was deleted, drift is reported',
    pack: v1,
    actual: withoutRow(installed, 'action', 'jira.create'),
    options: report,
    expected: 'unchanged',
    files: false,
  },
  {
    name: 'the directory is missing',
    pack: v1,
    actual: withoutDirectory,
    expected: 'repair files-drifted: files drifted',
    files: true,
  },
  {
    name: 'the current link leads elsewhere',
    pack: v1,
    actual: wrongLink,
    expected: 'repair files-drifted: files drifted',
    files: true,
  },
  {
    name: 'the versioned link is missing',
    pack: v1,
    actual: withoutVersioned,
    expected: 'repair files-drifted: files drifted',
    files: true,
  },
  {
    name: 'a directory is where the link belongs',
    pack: v1,
    actual: occupied,
    expected: 'repair files-drifted: files drifted',
    files: true,
  },
  {
    name: 'files drifted, drift is reported',
    pack: v1,
    actual: wrongLink,
    options: report,
    expected: 'unchanged',
    files: false,
  },
  {
    name: 'a reference can be resolved now',
    pack: wanted('jira', [needy]),
    actual: applied([wanted('core', [runtime])], applied([wanted('jira', [needy])])),
    expected: 'repair reference-found: reference found',
    files: false,
  },
  {
    name: 'a row drifted and the document changed',
    pack: wanted('jira', [action], { document: { config: { url: 'x' } } }),
    actual: drifted,
    expected: 'repair row-drifted: row drifted, config changed',
    files: false,
  },
  {
    name: 'other content on a drifted row',
    pack: v2,
    actual: drifted,
    expected: 'reinstall version-changed: 1.0.0 → 1.1.0',
    files: true,
  },
];

for (const { name, pack, actual, options = repair, expected, files, blocks = [] } of cells) {
  test(`${name}: ${expected}`, () => {
    const planned = plan([pack], actual, options);
    const change = planned.changes.find(({ ref }) => ref === 'jira');
    const found =
      change === undefined ? 'unchanged' : `${change.action} ${change.reason.code}: ${change.reason.sentence}`;
    assert.equal(found, expected);
    assert.equal(change?.files ?? false, files);
    assert.deepEqual(codesOf(change?.blocks ?? []), blocks);
    assert.equal(planned.unchanged.includes('jira'), change === undefined);
  });
}

test('drift that is only reported is listed as a note, with its rows', () => {
  const { notes } = plan(
    [v1],
    withPack(drifted, 'jira', ({ files }) => ({ files: { ...files, present: false } })),
    report,
  );
  assert.deepEqual(notes, [
    {
      code: 'drifted',
      sentence: 'jira was changed by others and is not repaired (drift: report)',
      rows: ['action jira.create', `directory ${versionPath('jira', v1.content.version, v1.content.digest)}`],
    },
  ]);
});
