import type { Knex } from 'knex';
import type { Suspension } from '../../actual/safeguards.ts';

/** What was suspended by command and has not expired; that of all packs first, then by pack. */
export async function readSuspensions(knex: Knex, manager: string): Promise<readonly Suspension[]> {
  return knex('attune_sync.suspension')
    .where({ manager })
    .whereRaw('(expires IS NULL OR expires > now())')
    .orderByRaw('pack NULLS FIRST')
    .select<Suspension[]>({ pack: 'pack', reason: 'reason', who: 'who', since: 'created', until: 'expires' });
}
