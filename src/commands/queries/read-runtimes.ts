import type { Knex } from 'knex';
import type { Json } from '../../json.ts';

export interface RuntimeVersionEntry {
  readonly id: string;
  readonly version: string;
  readonly isDefault: boolean;
  /** As the last verification left it; true where there was none, as Attune has it. */
  readonly available: boolean;
  readonly verifiedAt: Date | null;
  readonly distributions: Json;
  readonly config: Json;
  /** Packs that run in it, sorted, as far as that is known; left out where nobody looked. */
  readonly usedBy?: readonly string[];
}

/** A runtime in Attune with all that is listed of it. */
export interface RuntimeEntry {
  readonly ref: string;
  readonly name: string;
  /** Whose it is; null: of no pack. */
  readonly pack: string | null;
  readonly distributions: Json;
  readonly config: Json;
  /** By number, lowest first. */
  readonly versions: readonly RuntimeVersionEntry[];
  /** Packs whose actions or sensors name it, sorted. */
  readonly usedBy: readonly string[];
}

type Row = Omit<RuntimeEntry, 'versions'> & {
  readonly versions: readonly (Omit<RuntimeVersionEntry, 'verifiedAt'> & { readonly verifiedAt: string | null })[];
};

/**
 * Every runtime in Attune, by ref.
 *
 * @param hasVersions false: an older Attune that keeps no versions
 */
export async function readRuntimes(knex: Knex, hasVersions: boolean): Promise<RuntimeEntry[]> {
  const { rows } = (await knex.raw(
    `SELECT r.ref, r.name, r.pack_ref AS pack, r.distributions, r.execution_config AS config,
            ${hasVersions ? versionsOf : `'[]'::jsonb`} AS versions,
            ARRAY(SELECT a.pack_ref FROM action a WHERE a.runtime = r.id AND a.pack_ref IS NOT NULL
                  UNION SELECT s.pack_ref FROM sensor s WHERE s.runtime = r.id AND s.pack_ref IS NOT NULL
                  ORDER BY 1) AS "usedBy"
       FROM runtime r ORDER BY r.ref`,
  )) as { rows: Row[] };
  return rows.map((row) => ({
    ...row,
    versions: row.versions.map((version) => ({
      ...version,
      verifiedAt: version.verifiedAt === null ? null : new Date(version.verifiedAt),
    })),
  }));
}

const versionsOf = `coalesce((
  SELECT jsonb_agg(jsonb_build_object('id', v.id::text, 'version', v.version, 'isDefault', v.is_default,
                     'available', v.available, 'verifiedAt', v.verified_at, 'distributions', v.distributions,
                     'config', v.execution_config)
                   ORDER BY v.version_major, v.version_minor, v.version_patch, v.version)
    FROM runtime_version v WHERE v.runtime = r.id), '[]')`;
