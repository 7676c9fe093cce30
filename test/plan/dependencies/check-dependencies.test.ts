import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Actual } from '../../../src/actual/actual.ts';
import type { Desired, WantedPack } from '../../../src/desired/desired.ts';
import { problem } from '../../../src/errors.ts';
import { buildPlan } from '../../../src/plan/build-plan.ts';
import type { PlanOptions } from '../../../src/plan/pack-scope.ts';
import type { Plan } from '../../../src/plan/plan.ts';
import {
  applied,
  changeOf,
  codesOf,
  component,
  desire,
  nothingInstalled,
  plan,
  repair,
  unrecorded,
  wanted,
  withPack,
  withRow,
} from '../build.ts';

const skipping: PlanOptions = { ...repair, skipDependencies: true };

/** A pack of nothing but a permission set: `jira 1.0.0 core@^1.0 lib`. */
function pack(text: string): WantedPack {
  const [ref = '', version = '1.0.0', ...dependencies] = text.split(' ');
  return wanted(ref, [component('permission_set', `${ref}.p`)], { version, dependencies });
}

function packs(...texts: readonly string[]): readonly WantedPack[] {
  return texts.map(pack);
}

/** `ref: sentence; …` of what is blocked. */
function blocked({ changes }: Plan): readonly string[] {
  return changes
    .filter(({ blocks }) => blocks.length > 0)
    .map(({ ref, blocks }) => `${ref}: ${blocks.map(({ sentence }) => sentence).join('; ')}`);
}

function made({ changes }: Plan): readonly string[] {
  return changes.filter(({ blocks }) => blocks.length === 0).map(({ ref }) => ref);
}

/** Installed, wanted, what is made in this order, what is blocked. */
const table: readonly {
  readonly name: string;
  readonly installed?: readonly string[];
  readonly wanted: readonly string[];
  readonly made: readonly string[];
  readonly blocked: readonly string[];
}[] = [
  {
    name: 'a dependency comes first, whatever the order of the documents',
    wanted: ['aaa 1.0.0 zzz@^2.0', 'zzz 2.1.0'],
    made: ['zzz', 'aaa'],
    blocked: [],
  },
  {
    name: 'one that no document names and nobody installed is missing',
    wanted: ['jira 1.0.0 core'],
    made: [],
    blocked: [
      'jira: core is needed (pack.yaml:7:3), and core is neither desired nor installed: add a document for core',
    ],
  },
  {
    name: 'one in another version says which document gives it',
    wanted: ['jira 1.0.0 core@>=2.0', 'core 1.2.0'],
    made: ['core'],
    blocked: [
      'jira: core >=2.0 is needed (pack.yaml:7:3), and core 1.2.0 is what its document (core.yaml:1) gives: name a version there that fits',
    ],
  },
  {
    name: 'everything that is missing is said at once',
    wanted: ['jira 1.0.0 one two@^1'],
    made: [],
    blocked: [
      'jira: one is needed (pack.yaml:7:3), and one is neither desired nor installed: add a document for one; two ^1 is needed (pack.yaml:8:3), and two is neither desired nor installed: add a document for two',
    ],
  },
  {
    name: 'packs behind a blocked one are blocked, each by its own cause',
    wanted: ['c 1.0.0 b', 'b 1.0.0 a', 'a 1.0.0 gone', 'other 1.0.0'],
    made: ['other'],
    blocked: [
      'a: gone is needed (pack.yaml:7:3), and gone is neither desired nor installed: add a document for gone',
      'b: a is needed (pack.yaml:7:3), and a cannot be installed now: see what holds it back',
      'c: b is needed (pack.yaml:7:3), and b cannot be installed now: see what holds it back',
    ],
  },
  {
    name: 'a prerelease does not count where none is named',
    wanted: ['jira 1.0.0 core@>=1.0', 'core 2.0.0-rc.1', 'wiki 1.0.0 core@^2.0.0-rc.0', 'any 1.0.0 core'],
    made: ['core', 'any', 'wiki'],
    blocked: [
      'jira: core >=1.0 is needed (pack.yaml:7:3), and core 2.0.0-rc.1 is what its document (core.yaml:1) gives: name a version there that fits; a prerelease counts only where the constraint names one of that version',
    ],
  },
  {
    name: 'a circle of dependencies is blocked with the way round, and nothing else is said of it',
    wanted: ['a 1.0.0 b', 'b 1.0.0 c', 'c 1.0.0 a'],
    made: [],
    blocked: [
      'a: packs need each other: a → b → c → a',
      'b: packs need each other: b → c → a → b',
      'c: packs need each other: c → a → b → c',
    ],
  },
  {
    name: 'an upgrade goes together with the upgrade that it needs',
    installed: ['core 1.0.0', 'jira 1.0.0 core@^1'],
    wanted: ['core 2.0.0', 'jira 2.0.0 core@^2'],
    made: ['core', 'jira'],
    blocked: [],
  },
  {
    name: 'an upgrade that breaks what stays is blocked, naming it',
    installed: ['core 1.0.0', 'jira 1.0.0 core@^1'],
    wanted: ['core 2.0.0', 'jira 1.0.0 core@^1'],
    made: [],
    blocked: ['core: it would break other packs: jira 1.0.0 needs core ^1'],
  },
  {
    name: 'of a pack that would break either way and one that breaks it, the second waits',
    installed: ['core 1.0.0', 'jira 1.0.0 core@^1'],
    wanted: ['core 2.0.0', 'jira 1.1.0 core@^1'],
    made: ['jira'],
    blocked: ['core: it would break other packs: jira 1.1.0 needs core ^1'],
  },
  {
    name: 'a new pack that an upgrade leaves behind waits, not the upgrade',
    installed: ['core 1.0.0'],
    wanted: ['core 2.0.0', 'jira 1.0.0 core@^1'],
    made: ['core'],
    blocked: [
      'jira: core ^1 is needed (pack.yaml:7:3), and core 2.0.0 is what its document (core.yaml:1) gives: name a version there that fits',
    ],
  },
  {
    name: 'a pack that is blocked counts as what stays of it: its dependency cannot move on',
    installed: ['core 1.0.0', 'jira 1.0.0 core@^1'],
    wanted: ['core 2.0.0', 'jira 2.0.0 core@^2 gone'],
    made: [],
    blocked: [
      'core: it would break other packs: jira 1.0.0 needs core ^1',
      'jira: core ^2 is needed (pack.yaml:7:3), and core 1.0.0 stays installed, because its change to 2.0.0 is held back; gone is needed (pack.yaml:8:3), and gone is neither desired nor installed: add a document for gone',
    ],
  },
  {
    name: 'what would have waited for an upgrade that is held back goes',
    installed: ['core 1.0.0', 'jira 1.0.0 core@^1'],
    wanted: ['core 2.0.0', 'jira 2.0.0 core@^2 gone', 'wiki 1.0.0 core@^1'],
    made: ['wiki'],
    blocked: [
      'core: it would break other packs: jira 1.0.0 needs core ^1; wiki 1.0.0 needs core ^1',
      'jira: core ^2 is needed (pack.yaml:7:3), and core 1.0.0 stays installed, because its change to 2.0.0 is held back; gone is needed (pack.yaml:8:3), and gone is neither desired nor installed: add a document for gone',
    ],
  },
  {
    name: 'a downgrade breaks what needs more',
    installed: ['core 2.0.0', 'jira 1.0.0 core@>=2', 'wiki 1.0.0 core@>=2', 'chat 1.0.0 core'],
    wanted: ['core 1.0.0', 'jira 1.0.0 core@>=2', 'wiki 1.0.0 core@>=2', 'chat 1.0.0 core'],
    made: [],
    blocked: ['core: it would break other packs: jira 1.0.0 needs core >=2; wiki 1.0.0 needs core >=2'],
  },
  {
    name: 'a dependent that leaves in the same run breaks nothing',
    installed: ['core 1.0.0', 'jira 1.0.0 core@^1'],
    wanted: ['core 2.0.0'],
    made: ['core', 'jira'],
    blocked: [],
  },
  {
    name: 'two constraints on one pack both count',
    wanted: ['jira 1.0.0 core@>=1 core@<2', 'core 2.0.0'],
    made: ['core'],
    blocked: [
      'jira: core <2 is needed (pack.yaml:8:3), and core 2.0.0 is what its document (core.yaml:1) gives: name a version there that fits',
    ],
  },
];

describe('what packs need of each other', () => {
  for (const { name, installed = [], wanted: texts, ...expected } of table) {
    it(name, () => {
      const found = plan(packs(...texts), applied(packs(...installed)));
      assert.deepEqual([made(found), blocked(found)], [expected.made, expected.blocked]);
      const other = plan(packs(...texts.toReversed()), applied(packs(...installed)));
      assert.deepEqual(other.changes, found.changes, 'the order of the documents decides nothing');
    });
  }

  const jira = pack('jira 1.0.0 core@^1');

  it('counts installed packs in no document, of another manager or of none', () => {
    const actual = unrecorded(applied(packs('core 1.0.0', 'jira 1.0.0 core@^1')), 'jira');
    assert.deepEqual(blocked(plan(packs('core 2.0.0'), actual)), [
      'core: it would break other packs: jira 1.0.0 needs core ^1',
    ]);
    const bare = unrecorded(applied(packs('core 1.0.0')), 'core');
    assert.deepEqual(blocked(plan([jira], bare)), []);
    assert.deepEqual(blocked(plan(packs('wiki 1.0.0 core@^2'), bare)), [
      'wiki: core ^2 is needed (pack.yaml:7:3), and core 1.0.0 is installed: add a document for core that gives a version which fits',
    ]);
    const others = withPack(applied(packs('core 1.0.0')), 'core', ({ recorded }) => ({
      recorded: recorded === null ? null : { ...recorded, manager: 'ops' },
    }));
    assert.deepEqual(blocked(plan(packs('wiki 1.0.0 core@^2'), others)), [
      'wiki: core ^2 is needed (pack.yaml:7:3), and core 1.0.0 is installed by the manager ops: have it bring a version which fits',
    ]);
  });

  it('takes versions and constraints in the rows of others as they are, however they are written', () => {
    const lenient = withPack(unrecorded(applied(packs('core 1.0.0')), 'core'), 'core', ({ columns }) => ({
      columns: { ...columns, version: 'v1.4' },
    }));
    assert.deepEqual(blocked(plan([jira], lenient)), []);
    const odd = withPack(unrecorded(applied([...packs('core 1.0.0'), jira]), 'jira'), 'jira', ({ columns }) => ({
      columns: { ...columns, dependencies: ['core@latest', 'core@'] },
    }));
    assert.deepEqual(blocked(plan(packs('core 2.0.0'), odd)), []);
  });

  const unreadable = (ref: string): Partial<Desired> => ({
    unreadable: [{ ref, document: pack(ref).document, problems: [problem('error', 'x', 'x')], retry: false }],
  });
  /** Of core: what is desired beside jira, what is installed, and what is said. */
  const absences: readonly (readonly [string, Partial<Desired>, Actual, string])[] = [
    [
      'whose content cannot be read',
      unreadable('core'),
      nothingInstalled,
      'what its document (core.yaml:1) names could not be read',
    ],
    [
      'whose new content cannot be read',
      unreadable('core'),
      applied(packs('core 0.9.0')),
      'core 0.9.0 stays installed, because what its document (core.yaml:1) names could not be read',
    ],
    [
      'whose document is invalid',
      { mentioned: ['core'] },
      nothingInstalled,
      'the document of core is invalid: mend it',
    ],
    [
      'that is unmanaged and not there',
      { unmanaged: ['core'] },
      nothingInstalled,
      'core is not installed, and its document says state: unmanaged',
    ],
  ];
  for (const [what, parts, actual, sentence] of absences) {
    it(`says of one ${what} what is to be mended`, () => {
      const found = buildPlan(desire([jira], parts), actual, repair);
      assert.deepEqual(
        changeOf(found, 'jira').blocks.map((block) => block.sentence),
        [`core ^1 is needed (pack.yaml:7:3), and ${sentence}`],
      );
    });
  }

  it('counts a pack that is not among the targets as it is installed', () => {
    const both = packs('core 1.0.0', 'jira 1.0.0 core@^1');
    const alone = plan(both, undefined, { ...repair, targets: ['jira'] });
    assert.deepEqual(blocked(alone), [
      'jira: core ^1 is needed (pack.yaml:7:3), and core is not installed and not among the targets: add --target core',
    ]);
    const older = plan(both, applied(packs('core 0.1.0')), { ...repair, targets: ['jira'] });
    assert.deepEqual(blocked(older), [
      'jira: core ^1 is needed (pack.yaml:7:3), and core 0.1.0 is installed, and its change to 1.0.0 is not among the targets: add --target core',
    ]);
  });

  it('counts what a rollback holds as what it is held at', () => {
    const [core = pack('core')] = packs('core 1.0.0');
    const heldBack = { version: '2.0.0', digest: 'f'.repeat(64), commit: null, since: null, who: null, why: null };
    const found = plan([{ ...core, held: heldBack }, pack('jira 1.0.0 core@^2')], applied([core]));
    assert.deepEqual(
      changeOf(found, 'jira').blocks.map(({ sentence }) => sentence),
      ['core ^2 is needed (pack.yaml:7:3), and core is held at 1.0.0 by a rollback'],
    );
  });

  it('blocks the removal of what a pack still declares as it is installed, though its upgrade would not', () => {
    const actual = applied(packs('lib 1.0.0', 'jira 1.0.0 lib'));
    const found = plan(packs('jira 2.0.0 gone'), actual);
    assert.deepEqual(blocked(found).toSorted(), [
      'jira: gone is needed (pack.yaml:7:3), and gone is neither desired nor installed: add a document for gone',
      'lib: it would break other packs: jira 1.0.0 needs lib',
    ]);
  });

  it('is only said of a pack that does not change, and warned of where a change brings nothing new', () => {
    const broken = withPack(applied(packs('core 1.0.0', 'jira 1.0.0 core@^1')), 'core', ({ columns }) => ({
      columns: { ...columns, version: '3.0.0' },
      recorded: null,
    }));
    const still = plan([jira], broken);
    const sentence =
      'core ^1 is needed (pack.yaml:7:3), and core 3.0.0 is installed: add a document for core that gives a version which fits';
    assert.deepEqual([still.unchanged, still.changes], [['jira'], []]);
    assert.deepEqual(still.notes, [
      { code: 'unsatisfied-dependency', sentence: `jira: ${sentence}`, rows: ['pack jira'] },
    ]);
    const drifted = withRow(broken, 'permission_set', 'jira.p', { columns: { label: 'mine' } });
    const change = changeOf(plan([jira], drifted), 'jira');
    assert.deepEqual([change.action, change.blocks], ['repair', []]);
    assert.deepEqual(
      change.warnings.map(({ message }) => message),
      [`${sentence}.`],
    );
  });
});

describe('with dependencies skipped', () => {
  it('everything is made, and what was passed over is said', () => {
    const actual = applied(packs('core 1.0.0', 'wiki 1.0.0 core@^1'));
    const found = plan(packs('jira 1.0.0 gone@^2', 'core 2.0.0', 'wiki 1.0.0 core@^1'), actual, skipping);
    assert.deepEqual([made(found), blocked(found), found.skipsDependencies], [['core', 'jira'], [], true]);
    const said = found.changes.map(({ reason, skipped = [] }) => [reason.sentence, ...codesOf(skipped)]);
    assert.deepEqual(said, [
      ['1.0.0 → 2.0.0, dependencies skipped (wiki)', 'breaks-dependent'],
      ['not installed, dependencies skipped (gone)', 'missing-dependency'],
    ]);
  });

  it('nothing is said of packs that have what they need', () => {
    const found = plan(packs('jira 1.0.0 core', 'core 1.0.0'), undefined, skipping);
    assert.deepEqual(
      found.changes.map(({ ref, reason, skipped }) => [ref, reason.sentence, skipped]),
      [
        ['core', 'not installed', undefined],
        ['jira', 'not installed', undefined],
      ],
    );
  });

  it('a circle of declared dependencies is no hindrance, one of components is', () => {
    const found = plan(packs('a 1.0.0 b', 'b 1.0.0 a'), undefined, skipping);
    assert.deepEqual([made(found), blocked(found)], [['a', 'b'], []]);
    const knot = (ref: string, other: string) =>
      wanted(ref, [
        component('runtime', `${ref}.r`),
        component('action', `${ref}.a`, { names: { runtime: `${other}.r` } }),
      ]);
    assert.deepEqual(blocked(plan([knot('a', 'b'), knot('b', 'a')], undefined, skipping)), [
      'a: packs need each other: a → b → a',
      'b: packs need each other: b → a → b',
    ]);
  });

  it('a pack is removed although another declares it', () => {
    const actual = applied(packs('lib 1.0.0', 'jira 1.0.0 lib'));
    assert.deepEqual(codesOf(changeOf(plan([pack('jira 1.0.0 lib')], actual), 'lib').blocks), ['dependency']);
    const change = changeOf(plan([pack('jira 1.0.0 lib')], actual, skipping), 'lib');
    assert.deepEqual([change.blocks, codesOf(change.skipped ?? [])], [[], ['breaks-dependent']]);
    assert.equal(change.reason.sentence, 'no longer desired, dependencies skipped (jira)');
  });

  it('what blocks for another reason still does', () => {
    const bad = wanted('bad', [component('sensor', 'bad.s', { names: { runtime: 'no.r', trigger: 'no.t' } })]);
    assert.deepEqual(codesOf(changeOf(plan([bad], undefined, skipping), 'bad').blocks), [
      'missing-reference',
      'missing-reference',
    ]);
  });
});
