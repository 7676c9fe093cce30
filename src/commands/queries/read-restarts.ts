import type { Knex } from 'knex';

/** A sensor that may still run what was there before. */
export interface RestartRow {
  readonly sensor: string;
  readonly pack: string;
  /** `gone`: it was removed or switched off, and its process was not ended. */
  readonly why: 'changed' | 'gone';
  readonly since: Date;
}

/** Those of a manager's packs, by ref, also of packs that are gone. The tables of `attune_sync` must be there. */
export async function readRestarts(knex: Knex, manager: string): Promise<readonly RestartRow[]> {
  const { rows } = (await knex.raw(
    // A pack may have been transferred since.
    `SELECT r.sensor, r.pack, r.why, r.since FROM attune_sync.sensor_restart r
       LEFT JOIN attune_sync.pack p ON p.ref = r.pack
      WHERE coalesce(p.manager, r.manager) = ? ORDER BY r.sensor COLLATE "C"`,
    [manager],
  )) as { rows: RestartRow[] };
  return rows;
}
