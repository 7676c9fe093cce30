import type { Knex } from 'knex';

/** A row that is set aside, without its value. */
export interface PreservedEntry {
  /** bigint, as text. */
  readonly id: string;
  readonly pack: string;
  /** `config`, `webhook`, `pack`, a kind of component, or the table of what hung on `ref`. */
  readonly kind: string;
  /** The component or pack that it is, or hung on. */
  readonly ref: string;
  /** Of `config`, the key; of `settings`, the kind of their component. */
  readonly field: string | null;
  /** Of a key, its own ref. */
  readonly name: string | null;
  /** Why it was set aside. */
  readonly reason: string;
  readonly since: Date;
  /** Of a key: `pack`, `action` or `sensor`; of settings, the kind of their component. */
  readonly owner: string | null;
  /** Of a component, the ref of what each link led to. */
  readonly links: Readonly<Record<string, string | null>>;
}

export interface PreservedFilter {
  readonly pack?: string;
  readonly ids?: readonly string[];
}

/** What waits to be put back, by pack and age. */
export async function readPreserved(knex: Knex, { pack, ids }: PreservedFilter): Promise<readonly PreservedEntry[]> {
  const { rows } = (await knex.raw(
    `SELECT v.id, v.pack, v.kind, v.ref, v.field, CASE WHEN v.kind = 'key' THEN v.value ->> 'ref' END AS name, v.reason,
            v.created AS since, CASE v.kind WHEN 'key' THEN v.value ->> 'owner_type' WHEN 'settings' THEN v.field END AS owner,
            coalesce(v.links, '{}'::jsonb) AS links
       FROM attune_sync.preserved v
      WHERE v.restored IS NULL AND (?::text IS NULL OR v.pack = ?) AND (?::bigint[] IS NULL OR v.id = ANY(?::bigint[]))
      ORDER BY v.pack, v.id`,
    [pack ?? null, pack ?? null, ids === undefined ? null : [...ids], ids === undefined ? null : [...ids]],
  )) as { rows: PreservedEntry[] };
  return rows;
}
