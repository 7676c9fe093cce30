import type pg from 'pg';
import { kinds } from '../../../src/packs/kinds.ts';
import { timed } from '../measure.ts';

/** Reads every component's row once, all its columns: one `SELECT *` a table. In ms. */
export function readRows(client: pg.Client): Promise<number> {
  return timed(async () => {
    for (const { table } of kinds) await client.query(`SELECT * FROM ${table}`);
  });
}
