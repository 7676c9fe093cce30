import type { Knex } from 'knex';
import { SyncError } from '../errors.ts';
import type { Json } from '../json.ts';
import { type ColumnType, type Kind, kinds } from '../packs/kinds.ts';
import type { ComponentChange } from '../plan/plan.ts';
import { groupByColumns, type Row, recordset, typesOf, writeSet } from './row-sets.ts';

interface Pack {
  readonly id: string;
  readonly ref: string;
}

/** Creates and updates the rows of a change, kind by kind, so that what a row links to is there before it. */
export async function writeComponents(
  transaction: Knex.Transaction,
  pack: Pack,
  changes: readonly ComponentChange[],
): Promise<void> {
  for (const kind of kinds) {
    const own = changes.filter((change) => change.kind === kind.name);
    for (const group of groupByColumns(ofOp(own, 'create'), writtenColumns).values()) {
      await insertRows(transaction, kind, pack, group);
    }
    for (const group of groupByColumns(ofOp(own, 'update'), writtenColumns).values()) {
      await updateRows(transaction, kind, group);
    }
  }
}

function ofOp(changes: readonly ComponentChange[], op: ComponentChange['op']): ComponentChange[] {
  return changes.filter((change) => change.op === op);
}

function writtenColumns(change: ComponentChange): readonly string[] {
  const enabled = change.enabled === undefined ? [] : ['enabled'];
  return [...Object.keys(change.set), ...Object.keys(change.links), ...enabled];
}

async function insertRows(
  transaction: Knex.Transaction,
  kind: Kind,
  pack: Pack,
  group: readonly ComponentChange[],
): Promise<void> {
  const shape = shapeOf(kind, group);
  const fixed =
    kind.name === 'runtime_version' ? {} : { ref: 'r.ref', pack: `${pack.id}::bigint`, pack_ref: 'r.pack_ref' };
  const adhoc = kind.hasAdhoc ? { is_adhoc: 'FALSE' } : {};
  const targets = { ...fixed, ...adhoc, ...shape.expressions };
  const rows = await writeSet(
    transaction,
    `INSERT INTO ${kind.table} (${Object.keys(targets).join(', ')})
     SELECT ${Object.values(targets).join(', ')} FROM ${recordset({ ref: 'text', pack_ref: 'text', ...shape.types })}
     RETURNING id`,
    group.map((change) => ({ ...rowOf(kind, change), ref: change.ref, pack_ref: pack.ref })),
  );
  if (rows.length !== group.length) throw changedMeanwhile(kind, group);
}

async function updateRows(transaction: Knex.Transaction, kind: Kind, group: readonly ComponentChange[]): Promise<void> {
  const shape = shapeOf(kind, group);
  const assignments = Object.entries(shape.expressions).map(([column, expression]) => `${column} = ${expression}`);
  if (assignments.length === 0) return;
  const rows = await writeSet(
    transaction,
    `UPDATE ${kind.table} AS t SET ${assignments.join(', ')}
       FROM ${recordset({ row_id: 'text', ...shape.types })}
      WHERE t.id = r.row_id::bigint RETURNING t.id`,
    group.map((change) => ({ ...rowOf(kind, change), row_id: change.id })),
  );
  if (rows.length !== group.length) throw changedMeanwhile(kind, group);
}

/** The columns a group writes: what each is set to, and the types in which its values travel. */
function shapeOf(kind: Kind, group: readonly ComponentChange[]) {
  const [first] = group;
  const columns = Object.keys(first?.set ?? {});
  const types: Record<string, ColumnType> = typesOf(columns, kind.columns);
  const expressions: Record<string, string> = Object.fromEntries(columns.map((column) => [column, `r.${column}`]));
  for (const { column, refColumn, kind: target } of kind.links.filter((link) => link.column in (first?.links ?? {}))) {
    const table = kinds.find(({ name }) => name === target)?.table ?? target;
    types[`link_${column}`] = 'text';
    expressions[column] = `(SELECT l.id FROM ${table} l WHERE l.ref = r.link_${column})`;
    if (refColumn === undefined) continue;
    types[refColumn] = 'text';
    expressions[refColumn] = `r.${refColumn}`;
  }
  if (first?.enabled !== undefined) {
    types.enabled = 'boolean';
    expressions.enabled = 'r.enabled';
  }
  return { types, expressions };
}

function rowOf(kind: Kind, change: ComponentChange): Row {
  const row: Record<string, Json> = { ...change.set };
  for (const { column, refColumn } of kind.links) {
    const name = change.links[column];
    if (name === undefined) continue;
    row[`link_${column}`] = name.ref;
    if (refColumn !== undefined) row[refColumn] = name.ref ?? name.written;
  }
  if (change.enabled !== undefined) row.enabled = change.enabled;
  return row;
}

function changedMeanwhile(kind: Kind, group: readonly ComponentChange[]): SyncError {
  const refs = group.map(({ ref }) => ref).slice(0, 3);
  return new SyncError(
    'changed-meanwhile',
    `${kind.plural} changed in Postgres while they were being written (among ${refs.join(', ')})`,
    { hint: 'Nothing of this pack was written; the next run plans it again.', retry: 'soon' },
  );
}
