import type { Knex } from 'knex';
import type { Attached } from './actual.ts';

interface Row {
  pack: string;
  what: Attached['what'];
  kind: Attached['kind'];
  ref: string;
  count: number;
}

/** SQL list of the states in which an execution still needs its action and workflow. */
export const unfinishedStates = `('requested', 'scheduling', 'scheduled', 'running', 'canceling')`;

/** What people and Attune hung on packs and components, counted, by pack ref: what a change keeps or must wait for. */
export async function loadAttached(transaction: Knex.Transaction): Promise<ReadonlyMap<string, readonly Attached[]>> {
  const { rows } = (await transaction.raw(
    `SELECT p.ref AS pack, 'key' AS what, 'pack' AS kind, p.ref, count(*)::int AS count
       FROM key k JOIN pack p ON p.id = k.owner_pack GROUP BY p.ref
     UNION ALL
     SELECT a.pack_ref, 'key', 'action', a.ref, count(*)::int
       FROM key k JOIN action a ON a.id = k.owner_action GROUP BY a.pack_ref, a.ref
     UNION ALL
     SELECT s.pack_ref, 'key', 'sensor', s.ref, count(*)::int
       FROM key k JOIN sensor s ON s.id = k.owner_sensor GROUP BY s.pack_ref, s.ref
     UNION ALL
     SELECT t.pack_ref, 'webhook key', 'trigger', t.ref, 1 FROM trigger t WHERE t.webhook_key IS NOT NULL
     UNION ALL
     SELECT ps.pack_ref, 'permission assignment', 'permission_set', ps.ref, count(*)::int
       FROM permission_assignment pa JOIN permission_set ps ON ps.id = pa.permset GROUP BY ps.pack_ref, ps.ref
     UNION ALL
     SELECT w.pack_ref, 'unfinished execution', 'workflow', w.ref, count(*)::int
       FROM execution e JOIN workflow_definition w ON w.id = e.workflow_def
      WHERE e.status IN ${unfinishedStates} GROUP BY w.pack_ref, w.ref
     ORDER BY 1, 2, 3, 4`,
  )) as { rows: Row[] };
  const byPack = new Map<string, Attached[]>();
  for (const { pack, ...attached } of rows) {
    const found = byPack.get(pack);
    if (found === undefined) byPack.set(pack, [attached]);
    else found.push(attached);
  }
  return byPack;
}
