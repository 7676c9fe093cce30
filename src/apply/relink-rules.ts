import type { Knex } from 'knex';

/**
 * Gives every rule, of any pack and ad-hoc ones too, back the action or trigger that it names by ref and had lost
 * (seeds 002 and 003).
 */
export async function relinkRules(transaction: Knex.Transaction): Promise<void> {
  for (const link of ['action', 'trigger'] as const) {
    await transaction.raw(
      `UPDATE rule AS r SET ${link} = t.id FROM ${link} t WHERE r.${link} IS NULL AND t.ref = r.${link}_ref`,
    );
  }
}
