import type { Knex } from 'knex';
import type { Unfinished } from './actual.ts';
import { unfinishedStates } from './load-attached.ts';

/**
 * Executions that have not ended, of any action or workflow of these packs, by pack ref. A long history is not read for
 * it: states are indexed.
 *
 * @param drainMs those that began longer ago are taken for abandoned and not counted; null: all are
 */
export async function loadUnfinished(
  transaction: Knex.Transaction,
  packs: readonly string[],
  drainMs: number | null,
): Promise<ReadonlyMap<string, Unfinished>> {
  if (packs.length === 0) return new Map();
  const { rows } = (await transaction.raw(
    `SELECT u.pack, count(*)::int AS count, min(u.created) AS since FROM (
       SELECT a.pack_ref AS pack, e.id, e.created FROM execution e JOIN action a ON a.id = e.action
        WHERE e.status IN ${unfinishedStates}
       UNION
       SELECT w.pack_ref, e.id, e.created FROM execution e JOIN workflow_definition w ON w.id = e.workflow_def
        WHERE e.status IN ${unfinishedStates}
     ) u
     WHERE u.pack = ANY(?::text[]) AND (?::float8 IS NULL OR u.created > now() - ?::float8 * interval '1 millisecond')
     GROUP BY u.pack`,
    [[...packs], drainMs, drainMs],
  )) as { rows: (Unfinished & { pack: string })[] };
  return new Map(rows.map(({ pack, count, since }) => [pack, { count, since }]));
}
