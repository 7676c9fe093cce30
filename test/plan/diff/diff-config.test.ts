import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Actual } from '../../../src/actual/actual.ts';
import type { WantedPack } from '../../../src/desired/desired.ts';
import { buildPlan } from '../../../src/plan/build-plan.ts';
import type { Plan } from '../../../src/plan/plan.ts';
import type { Concealed } from '../../../src/secret.ts';
import { applied, desire, nothingInstalled, plan, repair, report, unrecorded, wanted, withPack } from '../build.ts';
import { simulate } from '../simulate.ts';

type Config = Readonly<Record<string, Concealed>>;

function jira(content: Readonly<Record<string, string>>, document: Config = {}, version = '1.0.0'): WantedPack {
  return wanted('jira', [], { config: content, document: { config: document }, version });
}

/** A person set keys of the pack's config, or removed some. */
function set(actual: Actual, config: Config, ...removed: string[]): Actual {
  return withPack(actual, 'jira', (pack) => ({
    config: Object.fromEntries(
      [...Object.entries(pack.config), ...Object.entries(config)].filter(([key]) => !removed.includes(key)),
    ),
  }));
}

/** Attune deleted the pack and made it anew: another id, and nothing in its config. */
function reset(actual: Actual): Actual {
  return withPack(actual, 'jira', () => ({ id: '987', config: {} }));
}

/** Somebody deleted the pack's row; the inventory has it. */
function lost(actual: Actual): Actual {
  const recorded = actual.packs.get('jira')?.recorded;
  return { ...actual, packs: new Map(), recorded: recorded == null ? [] : [recorded] };
}

/** Recorded by a version of this tool that kept digests only. */
function withoutPlain(actual: Actual): Actual {
  return {
    ...actual,
    overrides: actual.overrides.map(({ pack, kind, ref, field, value }) => ({ pack, kind, ref, field, value })),
  };
}

/** Then these documents one after another, each applied. */
function then(actual: Actual, ...packs: readonly WantedPack[]): Actual {
  return packs.reduce((now, pack) => {
    const desired = desire([pack]);
    return simulate(buildPlan(desired, now, repair), desired, now);
  }, actual);
}

const byDefault = jira({ url: 'default' });
const byDocument = jira({ url: 'default' }, { url: 'document' });
const bare = jira({});
const decided = jira({}, { url: 'document' });
const installed = applied([byDefault]);

interface Cell {
  readonly name: string;
  readonly pack: WantedPack;
  readonly actual: Actual;
  readonly expected: string;
  readonly drift?: 'report';
}

/** What is written to the key `url`, from where, and what becomes of its override. */
const cells: readonly Cell[] = [
  { name: 'install, the document decides', pack: byDocument, actual: nothingInstalled, expected: 'install: document' },
  { name: 'install, only a default', pack: byDefault, actual: nothingInstalled, expected: 'install: default' },
  { name: 'as we wrote it', pack: byDefault, actual: installed, expected: 'nothing' },
  { name: 'as the document says', pack: byDocument, actual: applied([byDocument]), expected: 'nothing' },
  {
    name: 'the document sets it over our default',
    pack: byDocument,
    actual: installed,
    expected: 'configure: document',
  },
  {
    name: 'the document sets it over a person’s value',
    pack: byDocument,
    actual: set(installed, { url: 'theirs' }),
    expected: 'configure: document, preserved',
  },
  {
    name: 'the document sets it over a recorded override',
    pack: byDocument,
    actual: then(set(installed, { url: 'theirs' }), byDefault),
    expected: 'configure: document, preserved, override ends',
  },
  {
    name: 'the document sets what a person has set already',
    pack: jira({ url: 'default' }, { url: 'theirs' }),
    actual: then(set(installed, { url: 'theirs' }), byDefault),
    expected: 'configure: override ends',
  },
  {
    name: 'the document changed its value',
    pack: jira({ url: 'default' }, { url: 'another' }),
    actual: applied([byDocument]),
    expected: 'configure: document',
  },
  {
    name: 'a person changed what the document decides',
    pack: byDocument,
    actual: set(applied([byDocument]), { url: 'theirs' }),
    expected: 'repair: document, preserved',
  },
  {
    name: 'the same, drift is reported',
    pack: byDocument,
    actual: set(applied([byDocument]), { url: 'theirs' }),
    drift: 'report',
    expected: 'nothing',
  },
  {
    name: 'a person removed what the document decides',
    pack: byDocument,
    actual: set(applied([byDocument]), {}, 'url'),
    expected: 'repair: document',
  },
  {
    name: 'a person changed a default',
    pack: byDefault,
    actual: set(installed, { url: 'theirs' }),
    expected: 'nothing, override theirs',
  },
  {
    name: 'a person changed their own value',
    pack: byDefault,
    actual: set(then(set(installed, { url: 'theirs' }), byDefault), { url: 'theirs too' }),
    expected: 'nothing, override theirs too',
  },
  {
    name: 'a person’s value is kept',
    pack: byDefault,
    actual: then(set(installed, { url: 'theirs' }), byDefault),
    expected: 'nothing',
  },
  {
    name: 'a person removed a default',
    pack: byDefault,
    actual: set(installed, {}, 'url'),
    expected: 'repair: default',
  },
  {
    name: 'the default moved',
    pack: jira({ url: 'newer' }, {}, '2.0.0'),
    actual: installed,
    expected: 'reinstall: default',
  },
  {
    name: 'the default moved under a person’s value',
    pack: jira({ url: 'newer' }, {}, '2.0.0'),
    actual: set(installed, { url: 'theirs' }),
    expected: 'reinstall: override theirs',
  },
  { name: 'the default left the pack', pack: jira({}, {}, '2.0.0'), actual: installed, expected: 'reinstall' },
  {
    name: 'a key of nobody else is a person’s',
    pack: bare,
    actual: set(applied([bare]), { url: 'theirs' }),
    expected: 'nothing, override of a key of their own',
  },
  {
    name: 'a key of nobody else is kept',
    pack: bare,
    actual: then(set(applied([bare]), { url: 'theirs' }), bare),
    expected: 'nothing',
  },
  {
    name: 'a person took a key of nobody else away',
    pack: bare,
    actual: set(then(set(applied([bare]), { url: 'theirs' }), bare), {}, 'url'),
    expected: 'nothing, override ends',
  },
  {
    name: 'a default comes where a person has a key',
    pack: jira({ url: 'default' }, {}, '2.0.0'),
    actual: set(applied([bare]), { url: 'theirs' }),
    expected: 'reinstall: override theirs',
  },
  {
    name: 'the key left the document, there is a default',
    pack: byDefault,
    actual: applied([byDocument]),
    expected: 'configure: default',
  },
  {
    name: 'the key left the document, there is nothing else',
    pack: bare,
    actual: applied([decided]),
    expected: 'configure: nothing',
  },
  {
    name: 'the key left the document, a person had a value before',
    pack: byDefault,
    actual: then(set(installed, { url: 'theirs' }), byDocument),
    expected: 'configure: preserved, override theirs',
  },
  {
    name: 'the key left the document, a person changed it since',
    pack: byDefault,
    actual: set(applied([byDocument]), { url: 'since' }),
    expected: 'configure: override since',
  },
  {
    name: 'what returned stays',
    pack: byDefault,
    actual: then(set(installed, { url: 'theirs' }), byDocument, byDefault),
    expected: 'nothing',
  },
  {
    name: 'adopted, other than the default',
    pack: byDefault,
    actual: unrecorded(set(installed, { url: 'theirs' }), 'jira'),
    expected: 'adopt: override theirs',
  },
  { name: 'adopted, as the default', pack: byDefault, actual: unrecorded(installed, 'jira'), expected: 'adopt' },
  {
    name: 'adopted, not there',
    pack: byDefault,
    actual: unrecorded(set(installed, {}, 'url'), 'jira'),
    expected: 'adopt: default',
  },
  {
    name: 'adopted, the document decides over a person',
    pack: byDocument,
    actual: unrecorded(set(installed, { url: 'theirs' }), 'jira'),
    expected: 'adopt: document, preserved',
  },
  {
    name: 'adopted, a key without default',
    pack: bare,
    actual: unrecorded(set(installed, { url: 'theirs' }), 'jira'),
    expected: 'adopt: override of a key of their own',
  },
  {
    name: 'another made the row anew, a person had set the key',
    pack: byDefault,
    actual: reset(then(set(installed, { url: 'theirs' }), byDefault)),
    expected: 'repair: override, override theirs',
  },
  {
    name: 'the same, drift is reported',
    pack: byDefault,
    actual: reset(then(set(installed, { url: 'theirs' }), byDefault)),
    drift: 'report',
    expected: 'nothing',
  },
  {
    name: 'another made the row anew with the default, a person had set the key',
    pack: byDefault,
    actual: set(reset(then(set(installed, { url: 'theirs' }), byDefault)), { url: 'default' }),
    expected: 'repair: override, override theirs',
  },
  {
    name: 'another made the row anew and a person set the key since',
    pack: byDefault,
    actual: set(reset(then(set(installed, { url: 'theirs' }), byDefault)), { url: 'since' }),
    expected: 'nothing, override since',
  },
  {
    name: 'another made the row anew, a person had a key of their own',
    pack: bare,
    actual: reset(then(set(applied([bare]), { url: 'theirs' }), bare)),
    expected: 'repair: override, override of a key of their own',
  },
  {
    name: 'another made the row anew, the document had decided',
    pack: byDocument,
    actual: reset(applied([byDocument])),
    expected: 'repair: document',
  },
  {
    name: 'another made the row anew, the default stood',
    pack: byDefault,
    actual: reset(installed),
    expected: 'repair: default',
  },
  {
    name: 'another made the row anew and now the document decides: what a person had set is set aside',
    pack: byDocument,
    actual: reset(then(set(installed, { url: 'theirs' }), byDefault)),
    expected: 'configure: document, preserved, override ends',
  },
  {
    name: 'another deleted the pack, a person had set the key',
    pack: byDefault,
    actual: lost(then(set(installed, { url: 'theirs' }), byDefault)),
    expected: 'install: override, override theirs',
  },
  {
    name: 'an override of which no plain value was kept is recorded again',
    pack: byDefault,
    actual: withoutPlain(then(set(installed, { url: 'theirs' }), byDefault)),
    expected: 'nothing, override theirs',
  },
  {
    name: 'the older default returns',
    pack: byDefault,
    actual: applied([jira({ url: 'newer' }, {}, '2.0.0')]),
    expected: 'reinstall: default',
  },
  {
    name: 'the older default returns under a person’s value',
    pack: byDefault,
    actual: then(
      set(applied([jira({ url: 'newer' }, {}, '2.0.0')]), { url: 'theirs' }),
      jira({ url: 'newer' }, {}, '2.0.0'),
    ),
    expected: 'reinstall',
  },
];

for (const { name, pack, actual, drift, expected } of cells) {
  test(`${name}: ${expected}`, () => {
    const planned = plan([pack], actual, drift === undefined ? repair : report);
    assert.equal(describe(planned), expected);
  });
}

function describe(planned: Plan): string {
  const change = planned.changes.find(({ ref }) => ref === 'jira');
  const parts = [
    ...(change?.pack.config ?? []).flatMap((write) => [
      write.from,
      ...(write.from === 'document' && write.preserve ? ['preserved'] : []),
    ]),
    ...(change?.overrides ?? planned.overrides).map(({ op, value, own }) =>
      op === 'end' ? 'override ends' : `override ${own === true ? 'of a key of their own' : value}`,
    ),
  ];
  if (change === undefined) return ['nothing', ...parts].join(', ');
  return parts.length === 0 ? change.action : `${change.action}: ${parts.join(', ')}`;
}

test('every way through a key ends: the plan after is empty', () => {
  for (const { name, pack, actual } of cells) {
    const after = then(actual, pack);
    assert.deepEqual([plan([pack], after).changes, plan([pack], after).overrides], [[], []], name);
  }
});
