import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Actual } from '../../../src/actual/actual.ts';
import type { Desired } from '../../../src/desired/desired.ts';
import { buildPlan } from '../../../src/plan/build-plan.ts';
import { summarisePlan } from '../../../src/plan/summarise-plan.ts';
import {
  applied,
  codesOf,
  component,
  desire,
  linesOf,
  repair,
  unrecorded,
  wanted,
  withoutRow,
  withPack,
} from '../build.ts';

const jira = wanted('jira', [component('trigger', 'jira.t'), component('action', 'jira.a')]);
const core = wanted('core', [component('action', 'core.a')]);
const both = applied([core, jira]);
const onlyCore = desire([core]);

function prunes(prune: boolean): Actual {
  return withPack(both, 'jira', ({ recorded }) => ({ recorded: recorded === null ? null : { ...recorded, prune } }));
}

const unreadable = { ref: 'jira', document: jira.document, problems: [], retry: true };
const emptied: Actual = { ...both, lastEntries: { desired: 1, extra: 2 } };

const cells: readonly [string, Desired, Actual, boolean, string][] = [
  ['recorded and no longer desired', onlyCore, both, true, 'remove'],
  ['still desired', desire([core, jira]), both, true, ''],
  ['desired, but unreadable', desire([core], { unreadable: [unreadable] }), both, true, ''],
  ['named by an invalid document', desire([core], { mentioned: ['jira'] }), both, true, ''],
  ['an entry or document could not be read', desire([core], { complete: false }), both, true, 'note not-removed'],
  [
    'an entry that gave documents gives none',
    desire([core], {
      entries: [
        { name: 'desired', documents: 1 },
        { name: 'extra', documents: 0 },
      ],
    }),
    emptied,
    true,
    'note not-removed, problem entry-emptied',
  ],
  [
    'an entry that gave none still gives none',
    desire([core], {
      entries: [
        { name: 'desired', documents: 1 },
        { name: 'extra', documents: 0 },
      ],
    }),
    both,
    true,
    'remove',
  ],
  ['an entry left the configuration', onlyCore, emptied, true, 'remove, note entry-left'],
  ['the configuration says prune: false', onlyCore, both, false, 'note not-pruned'],
  ['its last document said prune: false', onlyCore, prunes(false), true, 'note not-pruned'],
  ['installed by another', onlyCore, unrecorded(both, 'jira'), true, ''],
  [
    'recorded by another manager',
    onlyCore,
    withPack(both, 'jira', ({ recorded }) => ({
      recorded: recorded === null ? null : { ...recorded, manager: 'staging' },
    })),
    true,
    '',
  ],
  [
    'recorded, but gone from Attune',
    onlyCore,
    { ...applied([core]), recorded: [both.packs.get('jira')?.recorded].flatMap((one) => one ?? []) },
    true,
    'forget',
  ],
];

for (const [name, desired, actual, prune, expected] of cells) {
  test(`${name}: ${expected === '' ? 'nothing' : expected}`, () => {
    const plan = buildPlan(desired, actual, { ...repair, prune });
    const found = [
      ...plan.changes.map(({ action }) => action),
      ...plan.notes.map(({ code }) => `note ${code}`),
      ...plan.problems.map(({ code }) => `problem ${code}`),
    ];
    assert.equal(found.join(', '), expected);
    for (const { blocks } of plan.changes) assert.deepEqual(codesOf(blocks), []);
  });
}

test('a removal shows what it deletes, in reverse', () => {
  const [change] = buildPlan(onlyCore, both, repair).changes;
  assert.deepEqual(change && linesOf(change), ['delete action jira.a', 'delete trigger jira.t']);
  assert.deepEqual(
    [change?.reason.code, change?.from?.version, change?.to, change?.record, change?.files],
    ['not-desired', '1.0.0', null, null, false],
  );
});

test('a removal names only rows we wrote and that are still there', () => {
  const [change] = buildPlan(onlyCore, withoutRow(both, 'action', 'jira.a'), repair).changes;
  assert.deepEqual(change && linesOf(change), ['delete trigger jira.t']);
});

test('of packs that nothing names, as far as could be read, the notes do not say that nobody wants them', () => {
  const { notes } = buildPlan(desire([], { complete: false }), both, repair);
  assert.deepEqual(notes, [
    {
      code: 'not-removed',
      sentence: 'kept, for it is not known whether they are still desired: not all of the desired state could be read',
      rows: ['pack core', 'pack jira'],
    },
  ]);
});

test('the note of a pack that is never removed names the commands that end that', () => {
  const { notes } = buildPlan(onlyCore, prunes(false), repair);
  assert.deepEqual(notes, [
    {
      code: 'not-pruned',
      sentence:
        'no longer desired, but never removed automatically (prune: false), only with `attune-sync pack remove REF`; `attune-sync forget REF` keeps it and stops managing it',
      rows: ['pack jira'],
    },
  ]);
});

test('a pack whose document moved to another file or entry is unchanged', () => {
  const moved = wanted('jira', jira.content.components, {
    document: { entry: 'elsewhere', where: { file: 'other/jira.yaml', line: 9 } },
  });
  const entries = [
    { name: 'desired', documents: 1 },
    { name: 'elsewhere', documents: 1 },
  ];
  assert.deepEqual(buildPlan(desire([core, moved], { entries }), both, repair).changes, []);
});

test('removals come after all other changes', () => {
  const plan = buildPlan(desire([core, wanted('zoo')]), both, repair);
  assert.deepEqual(
    plan.changes.map(({ action, ref }) => `${action} ${ref}`),
    ['install zoo', 'remove jira'],
  );
  const { actions, blocked, unchanged } = summarisePlan(plan);
  assert.deepEqual([actions.install, actions.remove, blocked, unchanged], [1, 1, 0, 1]);
});
