import type { Knex } from 'knex';
import { type Kind, type KindName, kinds } from '../../packs/kinds.ts';

/** A row that answers to a ref. */
export interface TracedRow {
  readonly kind: KindName | 'pack';
  readonly ref: string;
  /** Null: the inventory has it, and somebody deleted its row. */
  readonly id: string | null;
  /** Null: it belongs to no pack. */
  readonly pack: string | null;
  readonly adhoc: boolean;
  /** An inventory recorded it. */
  readonly recorded: boolean;
  /** Null for kinds that people cannot switch. */
  readonly enabled: boolean | null;
  readonly created: Date | null;
  readonly updated: Date | null;
}

/** Every pack and component of this ref: an action and a workflow often share one. `recorded`: our tables are there. */
export async function findRows(knex: Knex, ref: string, { recorded }: { recorded: boolean }): Promise<TracedRow[]> {
  const found: TracedRow[] = await findPack(knex, ref, recorded);
  for (const kind of kinds) {
    const row = kind.name === 'runtime_version' ? await findVersion(knex, ref) : await findComponent(knex, kind, ref);
    const known = recorded
      ? await knex('attune_sync.component').where({ kind: kind.name, ref }).first('pack')
      : undefined;
    if (row !== null) found.push({ ...row, recorded: known !== undefined });
    else if (known !== undefined) found.push({ ...gone, kind: kind.name, ref, pack: known.pack });
  }
  return found;
}

/** Refs of everything that can be traced, for whoever mistyped one. */
export async function listRefs(knex: Knex): Promise<readonly string[]> {
  const tables = kinds.filter(({ name }) => name !== 'runtime_version').map(({ table }) => table);
  const all = ['pack', ...tables].map((table) => `SELECT ref FROM ${table}`).join(' UNION ');
  const { rows } = (await knex.raw(`${all} ORDER BY ref LIMIT 20000`)) as { rows: { ref: string }[] };
  return rows.map(({ ref }) => ref);
}

const gone = { id: null, adhoc: false, recorded: true, enabled: null, created: null, updated: null };

async function findPack(knex: Knex, ref: string, recorded: boolean): Promise<TracedRow[]> {
  const row = await knex('pack').where({ ref }).first('id', 'created', 'updated');
  const known = recorded ? await knex('attune_sync.pack').where({ ref }).first('ref') : undefined;
  const pack = { kind: 'pack', ref, pack: ref, adhoc: false, enabled: null } as const;
  if (row !== undefined) return [{ ...pack, ...row, recorded: known !== undefined }];
  return known === undefined ? [] : [{ ...gone, ...pack }];
}

async function findComponent(
  knex: Knex,
  { name, table, hasAdhoc, hasSwitch }: Kind,
  ref: string,
): Promise<Omit<TracedRow, 'recorded'> | null> {
  const row = await knex(table)
    .where({ ref })
    .first([
      'id',
      'pack_ref',
      'created',
      'updated',
      ...(hasAdhoc ? ['is_adhoc'] : []),
      ...(hasSwitch ? ['enabled'] : []),
    ]);
  if (row === undefined) return null;
  const { id, pack_ref: pack, is_adhoc: adhoc = false, enabled = null, created, updated } = row;
  return { kind: name, ref, id, pack, adhoc, enabled, created, updated };
}

/** Its ref is that of its runtime and its version. */
async function findVersion(knex: Knex, ref: string): Promise<Omit<TracedRow, 'recorded'> | null> {
  const [, runtime, version] = /^(.+)@(.+)$/.exec(ref) ?? [];
  if (runtime === undefined || version === undefined) return null;
  const row = await knex('runtime_version as v')
    .join('runtime as r', 'r.id', 'v.runtime')
    .where({ 'r.ref': runtime, 'v.version': version })
    .first('v.id', 'r.pack_ref', 'v.created', 'v.updated');
  if (row === undefined) return null;
  const { id, pack_ref: pack, created, updated } = row;
  return { kind: 'runtime_version', ref, id, pack, adhoc: false, enabled: null, created, updated };
}
