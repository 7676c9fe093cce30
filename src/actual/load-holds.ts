import type { Knex } from 'knex';
import type { Hold, KnownVersion } from './actual.ts';

interface Row {
  pack: string;
  digest: string;
  version: string;
  commit: string | null;
  who: string;
  why: string | null;
  created: Date;
  to_digest: string;
  to_version: string | null;
  to_source: KnownVersion['source'] | null;
}

/** Rollbacks in force of packs of one manager, and of packs that were removed, by pack. */
export async function loadHolds(
  transaction: Knex.Transaction | Knex,
  { manager, hasInventory }: { readonly manager: string; readonly hasInventory: boolean },
): Promise<ReadonlyMap<string, Hold>> {
  if (!hasInventory) return new Map();
  const { rows } = (await transaction.raw(
    `SELECT h.pack, h.digest, h.version, h.commit, h.who, h.why, h.created, h.to_digest,
            v.version AS to_version, v.source AS to_source
       FROM attune_sync.hold h
       LEFT JOIN attune_sync.pack p ON p.ref = h.pack
       LEFT JOIN attune_sync.version v ON v.pack = h.pack AND v.digest = h.to_digest
      WHERE p.ref IS NULL OR p.manager = ? ORDER BY h.pack`,
    [manager],
  )) as { rows: Row[] };
  return new Map(rows.map((row) => [row.pack, toHold(row)]));
}

function toHold({ created, to_digest, to_version, to_source, ...hold }: Row): Hold {
  const isKnown = to_version !== null && to_source !== null;
  return {
    ...hold,
    to: isKnown ? { version: to_version, digest: to_digest, source: to_source } : null,
    since: created.toISOString(),
  };
}
