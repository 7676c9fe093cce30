import type { Knex } from 'knex';
import { SyncError } from '../errors.ts';
import type { Json } from '../json.ts';
import { type ColumnType, type Kind, kindOf, kinds, type Link } from '../packs/kinds.ts';
import { componentKey } from '../plan/component-index.ts';
import type { ComponentChange } from '../plan/plan.ts';
import { refSql } from './ref-sql.ts';
import { groupByNames, type Row, recordset, type Shape, shapeOfColumns, writeSet } from './row-sets.ts';

interface Pack {
  readonly id: string;
  readonly ref: string;
}

interface WrittenRow {
  readonly id: string;
  readonly ref: string;
}

/**
 * Creates and updates the rows of a change, kind by kind, so that what a row links to is there before it.
 * @returns the id of each, by the key of its component
 */
export async function writeComponents(
  transaction: Knex.Transaction,
  pack: Pack,
  changes: readonly ComponentChange[],
): Promise<ReadonlyMap<string, string>> {
  const ids = new Map<string, string>();
  for (const kind of kinds) {
    const own = changes.filter((change) => change.kind === kind.name);
    const written: WrittenRow[] = [];
    for (const group of groupByNames(ofOp(own, 'create'), namesToCreate)) {
      written.push(...(await insertRows(transaction, kind, pack, group)));
    }
    for (const group of groupByNames(ofOp(own, 'update'), namesToUpdate)) {
      written.push(...(await updateRows(transaction, kind, pack, group)));
    }
    for (const { id, ref } of written) ids.set(componentKey({ kind: kind.name, ref }), id);
  }
  return ids;
}

function ofOp(changes: readonly ComponentChange[], op: ComponentChange['op']): ComponentChange[] {
  return changes.filter((change) => change.op === op);
}

/** Without the links: one that a new row does not have is NULL, so that all of a kind go in one statement. */
function namesToCreate(change: ComponentChange): readonly string[] {
  return [...Object.keys(change.set), ...(change.enabled === undefined ? [] : ['enabled'])];
}

function namesToUpdate(change: ComponentChange): readonly string[] {
  return [...namesToCreate(change), ...Object.keys(change.links), ...(change.owner === true ? ['pack'] : [])];
}

async function insertRows(
  transaction: Knex.Transaction,
  kind: Kind,
  pack: Pack,
  group: readonly ComponentChange[],
): Promise<WrittenRow[]> {
  const shape = shapeOf(kind, group, kind.links);
  const owned = kind.name !== 'runtime_version';
  const fixed = owned ? { ref: 'r.ref', pack: 'r.pack_id::bigint', pack_ref: 'r.pack_ref' } : {};
  const adhoc = kind.hasAdhoc ? { is_adhoc: 'FALSE' } : {};
  const targets = { ...fixed, ...adhoc, ...shape.expressions };
  const rows = await writeSet<WrittenRow>(
    transaction,
    `INSERT INTO ${kind.table} AS t (${Object.keys(targets).join(', ')})
     SELECT ${Object.values(targets).join(', ')}
       FROM ${recordset({ ref: 'text', pack_id: 'text', pack_ref: 'text', ...shape.types })}
     RETURNING t.id, ${refSql(kind)} AS ref`,
    group.map((change) => ({
      ...rowOf(change, kind.links),
      ref: change.ref,
      ...(owned ? { pack_id: pack.id, pack_ref: pack.ref } : {}),
    })),
  );
  if (rows.length !== group.length) throw changedMeanwhile(kind, group);
  return rows;
}

async function updateRows(
  transaction: Knex.Transaction,
  kind: Kind,
  pack: Pack,
  group: readonly ComponentChange[],
): Promise<WrittenRow[]> {
  const links = kind.links.filter(({ column }) => column in (group[0]?.links ?? {}));
  const shape = shapeOf(kind, group, links);
  const given = group[0]?.owner === true;
  const owner = given ? { pack: 'r.pack_id::bigint', pack_ref: 'r.pack_ref' } : {};
  const assignments = Object.entries({ ...owner, ...shape.expressions }).map(
    ([column, expression]) => `${column} = ${expression}`,
  );
  if (assignments.length === 0) return [];
  const rows = await writeSet<WrittenRow>(
    transaction,
    `UPDATE ${kind.table} AS t SET ${assignments.join(', ')}
       FROM ${recordset({ row_id: 'text', ...(given ? { pack_id: 'text', pack_ref: 'text' } : {}), ...shape.types })}
      WHERE t.id = r.row_id::bigint RETURNING t.id, ${refSql(kind)} AS ref`,
    group.map((change) => ({
      ...rowOf(change, links),
      row_id: change.id,
      ...(given ? { pack_id: pack.id, pack_ref: pack.ref } : {}),
    })),
  );
  if (rows.length !== group.length) throw changedMeanwhile(kind, group);
  return rows;
}

/** The columns a group writes, with these links: rows are looked up by ref. */
function shapeOf(kind: Kind, [first]: readonly ComponentChange[], links: readonly Link[]): Shape {
  const { types, expressions } = shapeOfColumns(Object.keys(first?.set ?? {}), kind.columns);
  const linkTypes: Record<string, ColumnType> = {};
  const linkExpressions: Record<string, string> = {};
  for (const { column, refColumn, kind: target } of links) {
    linkTypes[`link_${column}`] = 'text';
    linkExpressions[column] = `(SELECT l.id FROM ${kindOf(target).table} l WHERE l.ref = r.link_${column})`;
    if (refColumn === undefined) continue;
    linkTypes[refColumn] = 'text';
    linkExpressions[refColumn] = `r.${refColumn}`;
  }
  const toggle = first?.enabled === undefined ? null : shapeOfColumns(['enabled'], { enabled: { type: 'boolean' } });
  return {
    types: { ...types, ...linkTypes, ...toggle?.types },
    expressions: { ...expressions, ...linkExpressions, ...toggle?.expressions },
  };
}

function rowOf(change: ComponentChange, links: readonly Link[]): Row {
  const row: Record<string, Json> = { ...change.set };
  for (const { column, refColumn } of links) {
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
