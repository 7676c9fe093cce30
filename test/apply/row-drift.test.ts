import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type ColumnType, type Kind, kinds, packColumns } from '../../src/packs/kinds.ts';
import { allIds, endState } from '../support/end-state.ts';
import { coreFiles, shopFiles } from '../support/example-packs.ts';
import { createFleet, type Fleet, type FleetOptions } from '../support/fleet.ts';

/** The one row of each kind that is edited: it has every link that its kind can have. */
const rows: Readonly<Record<string, string>> = {
  runtime: 'core.python',
  runtime_version: 'core.python@3.11',
  trigger: 'shop.ordered',
  permission_set: 'shop.clerk',
  workflow: 'shop.fulfil',
  action: 'shop.ship',
  sensor: 'shop.orders',
  policy: 'shop.one',
  rule: 'shop.ship_orders',
};

/** Another value than any row has, where the type alone does not tell what Attune accepts. */
const others: Readonly<Record<string, string>> = {
  parameter_delivery: `'file'`,
  parameter_format: `'yaml'`,
  output_format: `'jsonl'`,
  threshold: '99',
};
const otherOf: Readonly<Record<ColumnType, (column: string) => string>> = {
  text: () => `'drifted'`,
  'text[]': () => `ARRAY['drifted']`,
  jsonb: () => `'{"drifted": true}'`,
  boolean: (column) => `NOT ${column}`,
  integer: () => '77',
  policy_method_enum: () => `'cancel'`,
};

async function installed(options: FleetOptions): Promise<Fleet> {
  const fleet = await createFleet(options);
  await fleet.writePack('core', coreFiles);
  await fleet.writePack('shop', shopFiles);
  await fleet.apply();
  return fleet;
}

function columnsToEdit(kind: Kind): string[] {
  // What it is named by: with another version it would be another row.
  const named = kind.name === 'runtime_version' ? ['version'] : [];
  return Object.keys(kind.columns).filter((column) => !named.includes(column));
}

function where({ name }: Kind): string {
  const ref = rows[name] ?? '';
  return name === 'runtime_version' ? `runtime_ref || '@' || version = '${ref}'` : `ref = '${ref}'`;
}

/** Edits every column that the files of the pack decide, of one row; gives their names. */
async function edit(fleet: Fleet, kind: Kind): Promise<string[]> {
  const present = await fleet.sql<{ name: string }>(
    `SELECT column_name AS name FROM information_schema.columns WHERE table_schema = 'attune' AND table_name = ?`,
    [kind.table],
  );
  const names = columnsToEdit(kind).filter((column) => present.some(({ name }) => name === column));
  const assignments = names.map((column) => {
    const type = kind.columns[column]?.type ?? 'text';
    return `${column} = ${others[column] ?? otherOf[type](column)}`;
  });
  await fleet.sql(`UPDATE ${kind.table} SET ${assignments.join(', ')} WHERE ${where(kind)}`);
  return names;
}

function fieldNames(fields: readonly { readonly field: string }[]): string {
  return fields
    .map(({ field }) => field)
    .sort()
    .join(' ');
}

/** What a plan would repair: `kind ref: fields`. */
async function drifted(fleet: Fleet): Promise<string[]> {
  const { changes } = await fleet.plan();
  return changes.flatMap(({ action, blocks, components, ref, pack }) => {
    assert.deepEqual([action, blocks], ['repair', []]);
    for (const { fields } of components) for (const { why } of fields) assert.equal(why, 'drifted');
    return [
      ...(pack.fields.length === 0 ? [] : [`pack ${ref}: ${fieldNames(pack.fields)}`]),
      ...components.map(({ kind, ref, fields }) => `${kind} ${ref}: ${fieldNames(fields)}`),
    ];
  });
}

for (const like of ['ours', 'attune'] as const) {
  describe(`a row edited behind our back, in a database ${like === 'ours' ? 'of our own' : 'that Attune made'}`, () => {
    it('is found column by column, of every kind, and repaired in place', async () => {
      await using fleet = await installed({ like });
      const [before, ids] = [await endState(fleet), await allIds(fleet)];
      for (const kind of kinds) {
        if (like === 'attune' && kind.name === 'runtime_version') continue;
        const names = await edit(fleet, kind);
        assert.deepEqual(await drifted(fleet), [`${kind.name} ${rows[kind.name]}: ${names.sort().join(' ')}`]);
        await fleet.apply();
        assert.deepEqual((await endState(fleet)).rows, before.rows, kind.name);
      }
      assert.deepEqual(await allIds(fleet), ids);
    });

    it('is found in the row of the pack too', async () => {
      await using fleet = await installed({ like });
      const before = await endState(fleet);
      const names = Object.keys(packColumns).filter((name) => name !== 'version');
      const assignments = names.map((name) => `${name} = ${otherOf[packColumns[name]?.type ?? 'text'](name)}`);
      await fleet.sql(`UPDATE pack SET ${assignments.join(', ')}, version = '9.9.9' WHERE ref = 'shop'`);
      assert.deepEqual(await drifted(fleet), [`pack shop: ${Object.keys(packColumns).sort().join(' ')}`]);
      await fleet.apply();
      assert.deepEqual((await endState(fleet)).rows, before.rows);
    });

    const links: readonly (readonly [sql: string, expected: string])[] = [
      [`UPDATE action SET runtime = NULL WHERE ref = 'shop.ship'`, 'action shop.ship: runtime'],
      [
        `UPDATE action SET runtime = (SELECT id FROM runtime WHERE ref = 'core.shell') WHERE ref = 'shop.ship'`,
        'action shop.ship: runtime',
      ],
      [`UPDATE action SET workflow_def = NULL WHERE ref = 'shop.fulfil'`, 'action shop.fulfil: workflow_def'],
      [
        `UPDATE action SET workflow_def = (SELECT id FROM workflow_definition) WHERE ref = 'shop.ship'`,
        'action shop.ship: workflow_def',
      ],
      [
        `UPDATE sensor SET trigger = (SELECT id FROM trigger WHERE ref = 'core.timer') WHERE ref = 'shop.orders'`,
        'sensor shop.orders: trigger',
      ],
      [`UPDATE sensor SET trigger_ref = 'core.timer' WHERE ref = 'shop.orders'`, 'sensor shop.orders: trigger_ref'],
      [`UPDATE sensor SET runtime_ref = 'core.shell' WHERE ref = 'shop.orders'`, 'sensor shop.orders: runtime_ref'],
      [`UPDATE policy SET action = NULL WHERE ref = 'shop.one'`, 'policy shop.one: action'],
      [`UPDATE policy SET action_ref = NULL WHERE ref = 'shop.one'`, 'policy shop.one: action_ref'],
      [`UPDATE rule SET action_ref = 'core.echo' WHERE ref = 'shop.ship_orders'`, 'rule shop.ship_orders: action_ref'],
      [
        `UPDATE rule SET trigger = (SELECT id FROM trigger WHERE ref = 'core.timer') WHERE ref = 'shop.ship_orders'`,
        'rule shop.ship_orders: trigger',
      ],
      // Some tables allow a component without a pack.
      [`UPDATE permission_set SET pack = NULL WHERE ref = 'shop.clerk'`, 'permission_set shop.clerk: pack'],
      [`UPDATE permission_set SET pack_ref = NULL WHERE ref = 'shop.clerk'`, 'permission_set shop.clerk: pack'],
      [`UPDATE policy SET pack = NULL, pack_ref = NULL WHERE ref = 'shop.one'`, 'policy shop.one: pack'],
      [`UPDATE runtime SET pack = NULL WHERE ref = 'core.shell'`, 'runtime core.shell: pack'],
      [
        `UPDATE trigger SET pack = (SELECT id FROM pack WHERE ref = 'core') WHERE ref = 'shop.ordered'`,
        'trigger shop.ordered: pack',
      ],
    ];
    it('is found in its links, their ref texts and its pack, and repaired in place', async () => {
      await using fleet = await installed({ like });
      const [before, ids] = [await endState(fleet), await allIds(fleet)];
      const owners = `SELECT p.ref AS owner, c.ref FROM pack p JOIN permission_set c ON c.pack = p.id
        UNION ALL SELECT p.ref, c.ref FROM pack p JOIN policy c ON c.pack = p.id
        UNION ALL SELECT p.ref, c.ref FROM pack p JOIN runtime c ON c.pack = p.id
        UNION ALL SELECT p.ref, c.ref FROM pack p JOIN trigger c ON c.pack = p.id ORDER BY 2`;
      const owned = await fleet.sql(owners);
      for (const [sql, expected] of links) {
        await fleet.sql(sql);
        assert.deepEqual(await drifted(fleet), [expected], sql);
        await fleet.apply();
        assert.deepEqual((await endState(fleet)).rows, before.rows, sql);
        assert.deepEqual(await fleet.sql(owners), owned, sql);
      }
      assert.deepEqual(await allIds(fleet), ids);
    });

    it('is left alone in what is not the pack’s to say: webhooks, timeouts, retries, times', async () => {
      await using fleet = await installed({ like });
      await fleet.sql(
        `UPDATE trigger SET webhook_enabled = TRUE, webhook_key = 'wh_1', webhook_config = '{"a": 1}' WHERE ref = 'shop.ordered'`,
      );
      await fleet.sql(
        `UPDATE action SET timeout_seconds = 9, max_retries = 4, created = '2001-01-01' WHERE ref = 'shop.ship'`,
      );
      await fleet.sql(`UPDATE runtime SET installers = '[1]' WHERE ref = 'core.python'`);
      if (like === 'ours') await fleet.sql('UPDATE runtime_version SET available = FALSE, verified_at = now()');
      const plan = await fleet.plan();
      assert.deepEqual([plan.changes, plan.overrides], [[], []]);
    });

    it('is only listed with drift: report', async () => {
      await using fleet = await installed({ like, sync: { drift: 'report' } });
      for (const kind of kinds) {
        if (like === 'attune' && kind.name === 'runtime_version') continue;
        await edit(fleet, kind);
      }
      await fleet.sql(`UPDATE permission_set SET pack_ref = NULL WHERE ref = 'shop.clerk'`);
      const edited = (await endState(fleet)).rows;
      const { plan, result } = await fleet.apply();
      assert.deepEqual([plan.changes, result.outcome], [[], 'unchanged']);
      const listed = plan.notes.filter(({ code }) => code === 'drifted').flatMap((note) => note.rows);
      const expected = kinds.filter(({ name }) => like === 'ours' || name !== 'runtime_version');
      assert.deepEqual(listed.toSorted(), expected.map(({ name }) => `${name} ${rows[name]}`).toSorted());
      assert.deepEqual((await endState(fleet)).rows, edited);
    });
  });
}
