import type { Knex } from 'knex';
import { type KindName, kinds } from '../../packs/kinds.ts';

/** A component of whichever pack. */
export interface ComponentListing {
  readonly kind: KindName;
  readonly ref: string;
  /** Null: it belongs to none. */
  readonly pack: string | null;
  readonly adhoc: boolean;
  /** Null for kinds that people cannot switch. */
  readonly enabled: boolean | null;
  /** An inventory recorded it. */
  readonly recorded: boolean;
}

/** Every component in Attune, or those of one pack, in the order of kinds and then by ref: one statement. `recorded`: our tables are there. */
export async function listComponents(
  knex: Knex,
  { pack, recorded }: { readonly pack?: string; readonly recorded: boolean },
): Promise<ComponentListing[]> {
  const { rows: found } = (await knex.raw("SELECT to_regclass('runtime_version') IS NOT NULL AS found")) as {
    rows: { found: boolean }[];
  };
  const parts = kinds
    .filter(({ name }) => name !== 'runtime_version' || found[0]?.found === true)
    .map(({ name, table, hasAdhoc, hasSwitch }, position) => {
      if (name === 'runtime_version') {
        return `SELECT ${position} AS position, '${name}' AS kind, r.ref || '@' || v.version AS ref, r.pack_ref AS pack,
                       FALSE AS adhoc, NULL::boolean AS enabled
                  FROM runtime_version v JOIN runtime r ON r.id = v.runtime`;
      }
      return `SELECT ${position} AS position, '${name}' AS kind, ref, pack_ref AS pack,
                     ${hasAdhoc ? 'is_adhoc' : 'FALSE'} AS adhoc, ${hasSwitch ? 'enabled' : 'NULL::boolean'} AS enabled
                FROM ${table}`;
    });
  const known = recorded
    ? 'EXISTS (SELECT FROM attune_sync.component c WHERE c.kind = t.kind AND c.ref = t.ref)'
    : 'FALSE';
  const { rows } = (await knex.raw(
    `SELECT t.kind, t.ref, t.pack, t.adhoc, t.enabled, ${known} AS recorded FROM (${parts.join(' UNION ALL ')}) AS t
      WHERE (?::text IS NULL OR t.pack = ?) ORDER BY t.position, t.ref`,
    [pack ?? null, pack ?? null],
  )) as { rows: ComponentListing[] };
  return rows;
}
