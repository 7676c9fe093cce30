import type { Knex } from 'knex';

/** False before the first `apply`: nothing was ever recorded in this database. */
export async function hasSyncTables(knex: Knex): Promise<boolean> {
  const { rows } = await knex.raw("SELECT to_regclass('attune_sync.run_change') IS NOT NULL AS found");
  return rows[0]?.found === true;
}
