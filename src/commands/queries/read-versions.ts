import type { Knex } from 'knex';
import type { KnownVersion } from '../../actual/actual.ts';

/** A content that was installed once; `superseded` null: it is now. Times as ISO 8601. */
export interface VersionRow extends KnownVersion {
  readonly installed: string;
  readonly superseded: string | null;
}

/** What is remembered of one pack, newest first. */
export async function readVersions(knex: Knex, pack: string): Promise<VersionRow[]> {
  const rows = await knex('attune_sync.version')
    .where({ pack })
    .orderBy('installed', 'desc')
    .select('version', 'digest', 'source', 'installed', 'superseded');
  return rows.map(({ installed, superseded, ...row }) => ({
    ...row,
    installed: installed.toISOString(),
    superseded: superseded === null ? null : superseded.toISOString(),
  }));
}
