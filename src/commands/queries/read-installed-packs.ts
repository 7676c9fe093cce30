import type { Knex } from 'knex';
import type { RecordedSource } from '../../actual/actual.ts';

/** One pack in Attune, with our record of it where there is one. */
export interface InstalledPackRow {
  readonly ref: string;
  readonly id: string;
  readonly label: string;
  readonly description: string | null;
  readonly version: string;
  readonly sourceType: string | null;
  readonly sourceUrl: string | null;
  readonly sourceRef: string | null;
  readonly checksum: string | null;
  readonly checksumVerified: boolean | null;
  readonly method: string | null;
  readonly storagePath: string | null;
  readonly installedAt: Date | null;
  readonly installedBy: string | null;
  readonly created: Date;
  readonly updated: Date;
  readonly manager: string | null;
  readonly digest: string | null;
  readonly source: RecordedSource | null;
  readonly prune: boolean | null;
}

/** Every pack in Attune by ref, or only the one asked for. `recorded`: our tables are there. */
export async function readInstalledPacks(
  knex: Knex,
  options: { recorded: boolean; ref?: string },
): Promise<InstalledPackRow[]> {
  const rows = knex('pack as p')
    .leftJoin('identity as i', 'i.id', 'p.installed_by')
    .select({
      ref: 'p.ref',
      id: 'p.id',
      label: 'p.label',
      description: 'p.description',
      version: 'p.version',
      sourceType: 'p.source_type',
      sourceUrl: 'p.source_url',
      sourceRef: 'p.source_ref',
      checksum: 'p.checksum',
      checksumVerified: 'p.checksum_verified',
      method: 'p.installation_method',
      storagePath: 'p.storage_path',
      installedAt: 'p.installed_at',
      installedBy: 'i.login',
      created: 'p.created',
      updated: 'p.updated',
    })
    .orderBy('p.ref');
  if (options.ref !== undefined) rows.where('p.ref', options.ref);
  if (!options.recorded) {
    const unrecorded = { manager: null, digest: null, source: null, prune: null };
    return (await rows).map((row) => ({ ...row, ...unrecorded }));
  }
  return rows
    .leftJoin('attune_sync.pack as s', 's.ref', 'p.ref')
    .select({ manager: 's.manager', digest: 's.digest', source: 's.source', prune: 's.prune' });
}
