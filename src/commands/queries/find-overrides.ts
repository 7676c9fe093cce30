import type { Knex } from 'knex';
import type { Json } from '../../json.ts';
import type { KindName } from '../../packs/kinds.ts';

/** A value a person set, as `override list` shows it. */
export interface OverrideEntry {
  readonly pack: string;
  readonly kind: KindName | 'pack';
  readonly ref: string;
  readonly field: string;
  /** Secrets as digests. */
  readonly value: Json;
  /** When a run saw it first. */
  readonly seen: Date;
  /** A config key that the pack has no default for. */
  readonly own: boolean;
  /** Null where no inventory has the pack: it was removed or given up, and the override waits for it. */
  readonly manager: string | null;
}

/**
 * By pack, kind, ref and field.
 * @param ref of a pack, all of whose overrides are meant, or of one of its components; undefined: everything
 */
export async function findOverrides(
  knex: Knex,
  { ref, field }: { readonly ref?: string; readonly field?: string },
): Promise<OverrideEntry[]> {
  const { rows } = (await knex.raw(
    `SELECT o.pack, o.kind, o.ref, o.field, o.value, o.seen, o.own, p.manager
       FROM attune_sync.override o LEFT JOIN attune_sync.pack p ON p.ref = o.pack
      WHERE (?::text IS NULL OR o.ref = ? OR o.pack = ?) AND (?::text IS NULL OR o.field = ?)
      ORDER BY o.pack, o.kind <> 'pack', o.kind, o.ref, o.field`,
    [ref ?? null, ref ?? null, ref ?? null, field ?? null, field ?? null],
  )) as { rows: OverrideEntry[] };
  return rows;
}
