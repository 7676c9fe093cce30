import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Actual, Override, RecordedPack } from '../../src/actual/actual.ts';
import { buildPlan } from '../../src/plan/build-plan.ts';
import { applied, component, desire, repair, unrecorded, wanted, withoutRow, withPack, withRow } from './build.ts';
import { parseTable } from './parse-table.ts';
import { simulate } from './simulate.ts';

/**
 * Who decides a field, by its class. Each line is a test: what the document, the recorded override and the pack's default
 * say, what was last written or seen, what the row holds; then what it holds after an apply, and the override then.
 * An empty cell is nothing; without a last value the pack is adopted, without both last and actual it is new. Of a config
 * key the last cell is what was set aside.
 */
const configTable = `
  new, only a default                    |   |   | p |   |   | p |
  new, the document decides              | d |   | p |   |   | d |
  new, nobody says anything              |   |   |   |   |   |   |
  as it was written                      |   |   | p | p | p | p |
  a person changed a default             |   |   | p | p | a | a | a
  a person removed a default             |   |   | p | p |   | p |
  a person has a key of their own        |   |   |   |   | a | a | a
  the default moved                      |   |   | q | p | p | q |
  the default moved under a person       |   |   | q | p | a | a | a
  the default left                       |   |   |   | p | p | p |
  the override stays                     |   | o | p | o | o | o | o
  the override stays, the default moved  |   | o | q | o | o | o | o
  the override stays, the default left   |   | o |   | o | o | o | o
  a person changed what they had set     |   | o | p | o | a | a | a
  a person removed what they had set     |   | o | p | o |   | p |
  a person removed a key of their own    |   | o |   | o |   |   |
  the document decides over the default  | d |   | p | p | p | d |
  the document decides over a person     | d |   | p | p | a | d |   | a
  the document decides over an override  | d | o | p | o | o | d |   | o
  the document says what a person set    | o | o | p | o | o | o |
  the document’s value stays             | d |   | p | d | d | d |
  the document’s value was changed       | d |   | p | d | a | d |   | a
  the document’s value was removed       | d |   | p | d |   | d |
  the document changed its mind          | e |   | p | d | d | e |
  the key left the document              |   |   | p | d | d | p |
  the key left, no default               |   |   |   | d | d |   |
  the key left, a person changed it      |   |   | p | d | a | a | a
  adopted, other than the default        |   |   | p |   | a | a | a
  adopted, as the default                |   |   | p |   | p | p |
  adopted, the document decides          | d |   | p |   | a | d |   | a
  adopted, the document says the same    | a |   | p |   | a | a |
`;

describe('class config:', () => {
  for (const [
    name = '',
    document = '',
    override = '',
    content = '',
    last = '',
    row = '',
    after,
    ends = '',
    aside = '',
  ] of parseTable(configTable)) {
    it(`${name} → ${after === '' ? 'nothing' : after}`, () => {
      const pack = wanted('jira', [], { config: key(content), document: { config: key(document) } });
      const isNew = last === '' && row === '' && override === '';
      const before = isNew && name.startsWith('new') ? undefined : configured({ override, last, row });
      const end = settle(pack, before);
      assert.equal(end.packs.get('jira')?.config.url ?? '', after);
      assert.deepEqual(overridesOf(end, 'url'), ends === '' ? [] : [ends]);
      assert.deepEqual(
        end.preserved.map(({ value }) => value),
        aside === '' ? [] : [aside],
      );
    });
  }
});

const switchTable = `
  new, only a default                       |     |     | on  |     |     | on  |
  new, the document decides                 | off |     | on  |     |     | off |
  as it was written                         |     |     | on  | on  | on  | on  |
  a person switched it                      |     |     | on  | on  | off | off | off
  the default moved                         |     |     | off | on  | on  | off |
  the default moved, a person switched it   |     |     | on  | off | on  | on  | on
  the override stays                        |     | off | on  | off | off | off | off
  the override stays as the default moves   |     | off | off | off | off | off | off
  a person switched it back                 |     | off | on  | off | on  | on  | on
  the row is made again, it was overridden  |     | off | on  | off |     | off | off
  the document decides over the default     | off |     | on  | on  | on  | off |
  the document decides over a person        | on  |     | on  | on  | off | on  |
  the document decides over an override     | on  | off | on  | off | off | on  |
  the document says what a person set       | off | off | on  | off | off | off |
  the document’s value was changed          | off |     | on  | off | on  | off |
  the document let go                       |     |     | on  | off | off | on  |
  adopted, other than the default           |     |     | on  |     | off | off | off
  adopted, as the default                   |     |     | on  |     | on  | on  |
  adopted, the document decides             | on  |     | on  |     | off | on  |
`;

describe('class switch:', () => {
  for (const [
    name = '',
    document = '',
    override = '',
    content = '',
    last = '',
    row = '',
    after,
    ends = '',
  ] of parseTable(switchTable)) {
    it(`${name} → ${after}`, () => {
      const trigger = component('trigger', 'jira.t', { enabled: content === 'on' });
      const enabled = document === '' ? {} : { 'jira.t': document === 'on' };
      const pack = wanted('jira', [trigger], { document: { enabled } });
      const before = last === '' && row === '' ? undefined : switched({ override, last, row });
      const end = settle(pack, before);
      assert.equal(end.components.get('trigger')?.get('jira.t')?.enabled, after === 'on');
      assert.deepEqual(overridesOf(end, 'enabled'), ends === '' ? [] : [ends === 'on']);
    });
  }
});

function key(value: string): Record<string, string> {
  return value === '' ? {} : { url: value };
}

/** The pack `jira` as installed, its key `url` so recorded and so found. */
function configured(sides: { override: string; last: string; row: string }): Actual {
  const installed = applied([wanted('jira', [])]);
  const config = withPack(installed, 'jira', ({ recorded }) => ({
    config: key(sides.row),
    recorded: isAdopted(sides) ? null : withConfig(recorded, sides.last),
  }));
  return { ...config, overrides: overrideOf('pack', 'jira', 'url', sides.override, config) };
}

/** Recorded as the document's where the line says so. */
function withConfig(recorded: RecordedPack | null, last: string): RecordedPack | null {
  return recorded === null ? null : { ...recorded, config: key(last), documentKeys: last === 'd' ? ['url'] : [] };
}

function isAdopted({ last, row, override }: { last: string; row: string; override: string }): boolean {
  return last === '' && row !== '' && override === '';
}

/** The trigger `jira.t` as installed, so recorded and so found. */
function switched(sides: { override: string; last: string; row: string }): Actual {
  const installed = applied([wanted('jira', [component('trigger', 'jira.t')])]);
  const found =
    sides.row === ''
      ? withoutRow(installed, 'trigger', 'jira.t')
      : withRow(installed, 'trigger', 'jira.t', { enabled: sides.row === 'on' });
  const before = isAdopted(sides)
    ? unrecorded(found, 'jira')
    : withPack(found, 'jira', ({ recorded }) => ({
        recorded:
          recorded === null
            ? null
            : {
                ...recorded,
                components: recorded.components.map((one) => ({ ...one, enabled: sides.last === 'on' })),
              },
      }));
  const value = sides.override === '' ? '' : sides.override === 'on';
  return { ...before, overrides: overrideOf('trigger', 'jira.t', 'enabled', value, before) };
}

function overrideOf(
  kind: Override['kind'],
  ref: string,
  field: string,
  value: string | boolean,
  actual: Actual,
): readonly Override[] {
  if (value === '') return [];
  const packId = actual.packs.get('jira')?.id ?? '';
  return [{ pack: 'jira', kind, ref, field, value, ...(kind === 'pack' ? { plain: value, packId } : {}) }];
}

/** What is there after an apply; the next plan finds nothing to do. */
function settle(pack: ReturnType<typeof wanted>, before: Actual | undefined): Actual {
  const desired = desire([pack]);
  const start = before ?? applied([]);
  const end = simulate(buildPlan(desired, start, repair), desired, start);
  const next = buildPlan(desired, end, repair);
  assert.deepEqual([next.changes, next.overrides], [[], []]);
  return end;
}

/** Values by field; a digest stands for what no schema tells, and is the only secret here. */
function overridesOf({ overrides }: Actual, field: string): unknown[] {
  return overrides
    .filter((override) => override.field === field)
    .map(({ value, plain }) => (String(value).startsWith('secret:') ? plain : value));
}
