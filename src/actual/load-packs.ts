import type { Knex } from 'knex';
import type { Json, JsonObject } from '../json.ts';
import { packColumns } from '../packs/kinds.ts';
import { type Concealed, conceal, concealLike } from '../secret.ts';
import type { InstalledPack, RecordedPack } from './actual.ts';

type PackRow = Omit<InstalledPack, 'recorded' | 'attached' | 'files'>;

interface Row {
  id: string;
  ref: string;
  columns: Readonly<Record<string, Json>>;
  config: JsonObject;
  source_type: string | null;
  source_url: string | null;
  source_ref: string | null;
  checksum: string | null;
  checksum_verified: boolean | null;
  storage_path: string | null;
  installation_method: string | null;
}

/** Every row of Attune's `pack`; secrets of `config` are wrapped before anything else can see them. */
export async function loadPacks(
  transaction: Knex.Transaction,
  recorded: ReadonlyMap<string, RecordedPack>,
): Promise<readonly PackRow[]> {
  const members = Object.keys(packColumns).map((name) => `'${name}', ${name}`);
  const { rows } = (await transaction.raw(
    `SELECT id, ref, config, source_type, source_url, source_ref, checksum, checksum_verified,
            storage_path, installation_method,
            jsonb_build_object(${members.join(', ')}) AS columns
       FROM pack ORDER BY ref`,
  )) as { rows: Row[] };
  return rows.map((row) => ({
    ref: row.ref,
    id: row.id,
    columns: row.columns,
    config: concealConfig(row, recorded.get(row.ref)),
    installation: {
      sourceType: row.source_type,
      sourceUrl: row.source_url,
      sourceRef: row.source_ref,
      checksum: row.checksum,
      isVerified: row.checksum_verified === true,
      storagePath: row.storage_path,
      method: row.installation_method,
    },
  }));
}

function concealConfig(row: Row, recorded: RecordedPack | undefined): Readonly<Record<string, Concealed>> {
  const config = conceal(row.config, row.columns.conf_schema ?? null);
  return concealLike(config, recorded?.config) as Readonly<Record<string, Concealed>>;
}
