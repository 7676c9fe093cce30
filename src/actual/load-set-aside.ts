import type { Knex } from 'knex';
import type { SetAside } from './actual.ts';

interface Row extends Omit<SetAside, 'needs'> {
  readonly links: Readonly<Record<string, string | null>> | null;
}

/**
 * What waits to be put back, without its values: rows one by one, what hung on something counted. Of an inventory that
 * an earlier release of this tool made, links are not known yet.
 */
export async function loadSetAside(
  transaction: Knex.Transaction,
  { hasInventory }: { readonly hasInventory: boolean },
): Promise<readonly SetAside[]> {
  if (!hasInventory) return [];
  const { rows } = (await transaction.raw(
    `SELECT v.pack, v.kind, v.ref, to_jsonb(v) -> 'links' AS links, count(*)::int AS count,
            coalesce(bool_or(v.value ->> 'is_adhoc' = 'true'), FALSE) AS adhoc,
            CASE v.kind WHEN 'key' THEN v.value ->> 'owner_type' WHEN 'settings' THEN v.field END AS owner,
            min(v.created) AS since
       FROM attune_sync.preserved v WHERE v.restored IS NULL AND v.kind NOT IN ('config', 'pack')
      GROUP BY 1, 2, 3, 4, 7 ORDER BY 1, 2, 3, 7`,
  )) as { rows: Row[] };
  return rows.map(({ links, ...row }) => ({ ...row, needs: Object.entries(links ?? {}).flatMap(toNeed) }));
}

function toNeed([column, ref]: [string, string | null]): SetAside['needs'] {
  return ref === null ? [] : [{ column, ref }];
}
