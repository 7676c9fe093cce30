import type pg from 'pg';
import { timed } from '../measure.ts';

/** Writes one row of each pack, with the label it has already, in a transaction of its own. In ms. */
export function updateRows(client: pg.Client, actions: readonly string[]): Promise<number> {
  return timed(async () => {
    for (const ref of actions) {
      await client.query('BEGIN');
      await client.query('UPDATE action SET label = label, updated = now() WHERE ref = $1', [ref]);
      await client.query('COMMIT');
    }
  });
}
