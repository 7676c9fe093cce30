import type { Knex } from 'knex';
import type { Override } from '../../actual/actual.ts';

/** Values people set where the pack had a default. */
export async function readOverrides(knex: Knex, pack: string): Promise<Override[]> {
  return knex('attune_sync.override')
    .where({ pack })
    .orderBy(['kind', 'ref', 'field'])
    .select('pack', 'kind', 'ref', 'field', 'value');
}
