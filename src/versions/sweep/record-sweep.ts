import type { Knex } from 'knex';
import type { SweptVersion } from './choose-swept.ts';

/** Records which versions a person had deleted, as a run over their packs. */
export async function recordSweep(
  transaction: Knex.Transaction,
  { manager, who, started }: { readonly manager: string; readonly who: string; readonly started: Date },
  swept: readonly SweptVersion[],
): Promise<void> {
  const packs = [...new Set(swept.map(({ pack }) => pack))];
  await transaction.raw(
    `WITH run AS (
       INSERT INTO attune_sync.run (manager, cause, who, started, targets, outcome, entries, signature)
       VALUES (?, 'store sweep', ?, ?, ?::text[], 'applied', '{}', '') RETURNING id
     )
     INSERT INTO attune_sync.run_change (run, position, pack, action, reason_code, reason, outcome, from_version)
     SELECT run.id, v.position, v.value ->> 'pack', 'sweep', 'superseded', 'superseded, and deleted from the pack store',
            'applied', v.value ->> 'version'
       FROM run, jsonb_array_elements(?::jsonb) WITH ORDINALITY AS v(value, position)`,
    [manager, who, started, packs, JSON.stringify(swept.map(({ pack, version }) => ({ pack, version })))],
  );
}
