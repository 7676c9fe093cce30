import type { Knex } from 'knex';
import { runStatement } from './run-statement.ts';

/**
 * Gives every rule, of any pack and ad-hoc ones too, back the action or trigger that it names by ref and had lost
 * (seeds 002 and 003).
 *
 * @returns their refs
 */
export async function relinkRules(transaction: Knex.Transaction): Promise<readonly string[]> {
  const { rows } = await runStatement<{ ref: string }>(
    transaction,
    `UPDATE rule AS r
        SET action = coalesce(r.action, a.id), trigger = coalesce(r.trigger, t.id)
       FROM rule orphan
       LEFT JOIN action a ON a.ref = orphan.action_ref AND orphan.action IS NULL
       LEFT JOIN trigger t ON t.ref = orphan.trigger_ref AND orphan.trigger IS NULL
      WHERE r.id = orphan.id AND (orphan.action IS NULL OR orphan.trigger IS NULL) AND (a.id IS NOT NULL OR t.id IS NOT NULL)
      RETURNING r.ref`,
    [],
  );
  return rows.map(({ ref }) => ref);
}
