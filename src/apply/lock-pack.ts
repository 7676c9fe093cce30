import type { Knex } from 'knex';
import { SyncError } from '../errors.ts';
import { type KindName, kinds } from '../packs/kinds.ts';
import type { PackChange } from '../plan/plan.ts';
import { refSql } from './ref-sql.ts';

export interface LockedPack {
  readonly id: string;
  readonly ref: string;
}

/** The rows of a pack, of one kind. */
interface Rows {
  /** Those that the inventory recorded. */
  readonly ours: readonly string[];
  /** Those that people made. */
  readonly theirs: readonly string[];
}

export type RowsByKind = ReadonlyMap<KindName, Rows>;

/** @throws SyncError `changed-meanwhile` where the row is not the one that the plan saw */
export async function lockPack(transaction: Knex.Transaction, { ref, pack }: PackChange): Promise<LockedPack> {
  const { rows } = (await transaction.raw('SELECT id, ref FROM pack WHERE ref = ? AND id = ? FOR UPDATE', [
    ref,
    pack.id,
  ])) as { rows: LockedPack[] };
  const [found] = rows;
  if (found !== undefined) return found;
  throw new SyncError('changed-meanwhile', `the pack ${ref} changed in Postgres while it was being removed`, {
    hint: 'Nothing of this pack was written; the next run plans it again.',
    retry: 'soon',
  });
}

/** All rows of the pack; `missing` are kinds that this Attune does not have. */
export async function lockComponents(
  transaction: Knex.Transaction,
  pack: LockedPack,
  missing: readonly KindName[],
): Promise<RowsByKind> {
  const found = new Map<KindName, Rows>();
  for (const kind of kinds) {
    if (missing.includes(kind.name)) continue;
    const own = kind.name === 'runtime_version' ? 't.runtime IN (SELECT id FROM runtime WHERE pack = ?)' : 't.pack = ?';
    const { rows } = (await transaction.raw(
      `SELECT t.id, ${kind.hasAdhoc ? 'NOT t.is_adhoc AND' : ''} EXISTS (
                SELECT FROM attune_sync.component c
                 WHERE c.kind = ? AND c.ref = ${refSql(kind)} AND c.id = t.id AND c.pack = ?) AS ours
         FROM ${kind.table} t WHERE ${own} ORDER BY t.id FOR UPDATE OF t`,
      [kind.name, pack.ref, pack.id],
    )) as { rows: { id: string; ours: boolean }[] };
    const ids = (ours: boolean) => rows.filter((row) => row.ours === ours).map(({ id }) => id);
    found.set(kind.name, { ours: ids(true), theirs: ids(false) });
  }
  return found;
}

/** Of one kind, whoever made them. */
export function idsOf(rows: RowsByKind, kind: KindName): string[] {
  const { ours = [], theirs = [] } = rows.get(kind) ?? {};
  return [...ours, ...theirs];
}
