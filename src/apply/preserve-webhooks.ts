import type { Knex } from 'knex';
import type { SetAsideFor } from './preserve.ts';
import { askedOf, createdOf, type RestoreScope } from './restore-scope.ts';

/**
 * Sets aside the webhooks of triggers that are about to be deleted: callers all over hold a URL with the key in it,
 * and a trigger made anew under the same ref would have none.
 */
export async function preserveWebhooks(
  transaction: Knex.Transaction,
  ids: readonly string[],
  { pack, reason }: SetAsideFor,
): Promise<void> {
  if (ids.length === 0) return;
  await transaction.raw(
    `INSERT INTO attune_sync.preserved (pack, kind, ref, value, reason)
     SELECT ?, 'webhook', t.ref, jsonb_build_object('enabled', t.webhook_enabled, 'key', t.webhook_key, 'config', t.webhook_config), ?
       FROM trigger t WHERE t.id = ANY(?::bigint[])
        AND (t.webhook_key IS NOT NULL OR t.webhook_config IS NOT NULL AND t.webhook_config <> '{}'::jsonb)`,
    [pack, reason, [...ids]],
  );
}

/**
 * Gives triggers whose refs are there again their webhooks back, unless a person gave them, or another, that key
 * meanwhile. @returns ids of `attune_sync.preserved` that were restored
 */
export async function restoreWebhooks(transaction: Knex.Transaction, scope: RestoreScope): Promise<readonly string[]> {
  const { rows } = (await transaction.raw(
    `WITH latest AS (
       SELECT DISTINCT ON (v.ref) v.id, v.ref, v.value FROM attune_sync.preserved v
        WHERE v.restored IS NULL AND v.kind = 'webhook'
          AND (v.id = ANY(?::bigint[]) OR v.ref = ANY(?::text[])) ORDER BY v.ref, v.id DESC
     ), given AS (
       UPDATE trigger t SET webhook_enabled = (v.value ->> 'enabled')::boolean, webhook_key = v.value ->> 'key',
              webhook_config = nullif(v.value -> 'config', 'null'::jsonb)
         FROM latest v
        WHERE t.ref = v.ref AND t.webhook_key IS NULL AND NOT t.webhook_enabled
          AND NOT EXISTS (SELECT FROM trigger o WHERE o.webhook_key = v.value ->> 'key')
       RETURNING v.id
     )
     UPDATE attune_sync.preserved p SET restored = now() FROM given WHERE p.id = given.id RETURNING p.id`,
    [askedOf(scope), createdOf(scope, 'trigger')],
  )) as { rows: { id: string }[] };
  return rows.map(({ id }) => id);
}
