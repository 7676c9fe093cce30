import type { Knex } from 'knex';

/** An action of ours that was written without its runtime, because nothing answered to its name. */
export interface DegradedRow {
  readonly pack: string;
  readonly kind: string;
  readonly ref: string;
}

/** Of every pack, or of one. An action whose row has a runtime by now is not degraded any more. */
export async function readDegraded(knex: Knex, pack?: string): Promise<DegradedRow[]> {
  const rows = knex('attune_sync.component as c')
    .join('action as a', 'a.ref', 'c.ref')
    .where('c.kind', 'action')
    .whereNull('a.runtime')
    .whereRaw("c.names -> 'runtime' = 'null'::jsonb")
    .orderBy('c.ref')
    .select({ pack: 'c.pack', kind: 'c.kind', ref: 'c.ref' });
  if (pack !== undefined) rows.where('c.pack', pack);
  return rows;
}
