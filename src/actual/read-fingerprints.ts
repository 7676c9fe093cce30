import type { Knex } from 'knex';
import type { Actual } from './actual.ts';
import type { Fingerprint, FingerprintScope } from './fingerprint.ts';
import { fingerprintParts } from './fingerprint-parts.ts';

export interface FingerprintOptions {
  readonly missing: Actual['missing'];
  readonly hasInventory: boolean;
  /** Digests are of no use without the key in our settings; false where a plan was made before there was one. */
  readonly keyed: boolean;
}

/**
 * Hashes, in Postgres and with one statement for all packs, exactly the rows and fields that decide the change of each:
 * sets travel, rows do not. The same rows give the same digest in any transaction; what decides nothing gives none.
 *
 * @param transaction the one in which the plan's own rows were read
 * @returns by pack; a pack of which there is nothing at all is in it, with no parts
 */
export async function readFingerprints(
  transaction: Knex.Transaction,
  scopes: readonly FingerprintScope[],
  options: FingerprintOptions,
): Promise<ReadonlyMap<string, Fingerprint>> {
  if (scopes.length === 0) return new Map();
  const { rows } = (await transaction.raw(statement(options), [JSON.stringify(scopes)])) as {
    rows: { pack: string; digest: string; parts: Record<string, string> }[];
  };
  return new Map(rows.map(({ pack, digest, parts }) => [pack, { digest, parts }]));
}

/** Twice hashed with the key before it, so that no secret can be guessed from a digest, and none be continued. */
function statement({ missing, hasInventory, keyed }: FingerprintOptions): string {
  const key = hasInventory && keyed ? `SELECT value FROM attune_sync.settings WHERE key = 'secret_key'` : `SELECT ''`;
  return `WITH input AS MATERIALIZED (
      SELECT pack, keys, components, targets
        FROM jsonb_to_recordset(?::jsonb) AS i(pack text, keys jsonb, components jsonb, targets jsonb)
    ), wanted AS MATERIALIZED (
      SELECT i.pack, c.value->>0 AS kind, c.value->>1 AS ref FROM input i, jsonb_array_elements(i.components) c
    ), target AS MATERIALIZED (
      SELECT DISTINCT i.pack, c.value->>0 AS kind, c.value->>1 AS ref, c.value->>2 AS name
        FROM input i, jsonb_array_elements(i.targets) c
    ), recorded AS MATERIALIZED (
      ${hasInventory ? recorded : noneRecorded}
    ), named AS MATERIALIZED (
      SELECT pack, kind, ref FROM wanted UNION SELECT pack, kind, ref FROM recorded
    ), leaving AS MATERIALIZED (
      SELECT r.pack, r.kind, r.id FROM recorded r
       WHERE NOT EXISTS (SELECT FROM wanted w WHERE w.pack = r.pack AND w.kind = r.kind AND w.ref = r.ref)
    ), part(pack, part, value) AS (
      ${fingerprintParts({ missing, hasInventory, keyed }).join('\nUNION ALL\n')}
    ), secret AS MATERIALIZED (SELECT (${key}) AS key
    ), hashed AS (
      SELECT part.pack, part.part, ${hash(`s.key || ${hash(`s.key || coalesce(part.value::text, '')`)}`)} AS hash
        FROM part CROSS JOIN secret s
    )
    SELECT i.pack, ${hash(`coalesce(string_agg(h.part || ' ' || h.hash, E'\\n' ORDER BY h.part COLLATE "C", h.hash), '')`)} AS digest,
           coalesce(jsonb_object_agg(h.part, left(h.hash, 16)) FILTER (WHERE h.part IS NOT NULL), '{}') AS parts
      FROM input i LEFT JOIN hashed h ON h.pack = i.pack GROUP BY i.pack`;
}

const recorded = `SELECT c.pack, c.kind, c.ref, c.id, c.columns, c.names, c.enabled
        FROM attune_sync.component c JOIN input i ON i.pack = c.pack`;

const noneRecorded = `SELECT NULL::text AS pack, NULL::text AS kind, NULL::text AS ref, NULL::bigint AS id WHERE FALSE`;

function hash(text: string): string {
  return `encode(sha256(convert_to(${text}, 'UTF8')), 'hex')`;
}
