import type { Knex } from 'knex';

/** A rule whose action or trigger is NULL, and the refs that did not answer. */
export interface OrphanRow {
  readonly pack: string;
  readonly ref: string;
  readonly missing: readonly string[];
}

/** Every orphaned rule, or those of one pack. */
export async function readOrphans(knex: Knex, pack?: string): Promise<OrphanRow[]> {
  const rows = knex('rule')
    .where((where) => where.whereNull('action').orWhereNull('trigger'))
    .orderBy('ref')
    .select('pack_ref', 'ref', 'action', 'action_ref', 'trigger', 'trigger_ref');
  if (pack !== undefined) rows.where('pack_ref', pack);
  return (await rows).map((row) => ({
    pack: row.pack_ref,
    ref: row.ref,
    missing: [
      ...(row.action === null ? [`action ${row.action_ref}`] : []),
      ...(row.trigger === null ? [`trigger ${row.trigger_ref}`] : []),
    ],
  }));
}
