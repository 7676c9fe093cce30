import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { kinds, packColumns } from '../../src/packs/kinds.ts';
import { buildPlan } from '../../src/plan/build-plan.ts';
import { applied, component, desire, idOf, repair, report, unrecorded, wanted, withRow } from './build.ts';
import { parseTable } from './parse-table.ts';
import { simulate } from './simulate.ts';

/** D desired, L last value we wrote, A actual: what is written, why; and what with `drift: report`. */
const packTable = `
  as it was written           | p | p | p | p |         | p
  the content moved           | q | p | p | q | changed | q
  somebody edited the row     | p | p | a | p | drifted | a
  both                        | q | p | a | q | changed | q
  somebody edited it to that  | q | p | q | q |         | q
  an older version returns    | p | q | q | p | changed | p
  adopted, as it is           | p |   | p | p |         | p
  adopted, otherwise          | p |   | a | p | changed | p
`;

describe('class pack:', () => {
  for (const [name = '', desired = '', last = '', row = '', after = '', why = '', reported = ''] of parseTable(
    packTable,
  )) {
    it(`${name} → ${after}, with drift: report ${reported}`, () => {
      const labelled = (label: string) =>
        wanted('jira', [component('action', 'jira.a', { columns: { label } })], { digest: label });
      const made = applied([labelled(last === '' ? row : last)]);
      const edited = withRow(made, 'action', 'jira.a', { columns: { label: row } });
      const before = last === '' ? unrecorded(edited, 'jira') : edited;
      const pack = labelled(desired);
      for (const [drift, expected] of [
        [repair, after],
        [report, reported],
      ] as const) {
        const plan = buildPlan(desire([pack]), before, drift);
        const end = simulate(plan, desire([pack]), before);
        assert.equal(end.components.get('action')?.get('jira.a')?.columns.label, expected);
        assert.equal(idOf(end, 'action', 'jira.a'), idOf(before, 'action', 'jira.a'));
      }
      const fields = buildPlan(desire([pack]), before, repair).changes.flatMap(({ components }) =>
        components.flatMap((change) => change.fields.map((field) => field.why)),
      );
      assert.deepEqual(fields, why === '' ? [] : [why]);
    });
  }
});

describe('class never:', () => {
  const never: readonly (readonly [table: string, column: string])[] = [
    ['trigger', 'webhook_enabled'],
    ['trigger', 'webhook_key'],
    ['trigger', 'webhook_config'],
    ['action', 'timeout_seconds'],
    ['action', 'max_retries'],
    ['runtime', 'installers'],
    ['runtime_version', 'available'],
    ['runtime_version', 'verified_at'],
    ...kinds.flatMap(({ table }) => ['id', 'created', 'updated'].map((column) => [table, column] as const)),
    ['pack', 'created'],
    ['pack', 'installers'],
  ];
  it('its columns are among none that are read, compared or written', () => {
    const tables = new Map<string, object>([
      ...kinds.map(({ table, columns }) => [table, columns] as const),
      ['pack', packColumns],
    ]);
    for (const [table, column] of never) assert.ok(!(column in (tables.get(table) ?? {})), `${table}.${column}`);
  });
});
