import type { Knex } from 'knex';

/** A sensor that may still run what was there before. */
export interface RestartRow {
  readonly sensor: string;
  readonly pack: string;
  /** `gone`: it was removed or switched off, and its process was not ended. */
  readonly why: 'changed' | 'gone';
  readonly since: Date;
}

/** Those of a manager, by ref. The tables of `attune_sync` must be there. */
export async function readRestarts(knex: Knex, manager: string): Promise<readonly RestartRow[]> {
  const { rows } = (await knex.raw(
    'SELECT sensor, pack, why, since FROM attune_sync.sensor_restart WHERE manager = ? ORDER BY sensor COLLATE "C"',
    [manager],
  )) as { rows: RestartRow[] };
  return rows;
}
