import type { Knex } from 'knex';

/**
 * Sets aside the webhooks of triggers that are about to be deleted: callers all over hold a URL with the key in it,
 * and a trigger made anew under the same ref would have none.
 */
export async function preserveWebhooks(transaction: Knex.Transaction, pack: string, ids: string[]): Promise<void> {
  await transaction.raw(
    `INSERT INTO attune_sync.preserved (pack, kind, ref, value, reason)
     SELECT ?, 'webhook', t.ref, jsonb_build_object('enabled', t.webhook_enabled, 'key', t.webhook_key, 'config', t.webhook_config),
            'its trigger left the pack'
       FROM trigger t WHERE t.id = ANY(?::bigint[]) AND t.webhook_key IS NOT NULL`,
    [pack, ids],
  );
}

/** Gives triggers whose refs return their webhooks back, unless a person gave them, or another, that key meanwhile. */
export async function restoreWebhooks(transaction: Knex.Transaction, refs: readonly string[]): Promise<void> {
  await transaction.raw(
    `WITH latest AS (
       SELECT DISTINCT ON (ref) id, ref, value FROM attune_sync.preserved
        WHERE restored IS NULL AND kind = 'webhook' AND ref = ANY(?::text[]) ORDER BY ref, id DESC
     ), given AS (
       UPDATE trigger t SET webhook_enabled = (v.value ->> 'enabled')::boolean, webhook_key = v.value ->> 'key',
              webhook_config = v.value -> 'config'
         FROM latest v
        WHERE t.ref = v.ref AND t.webhook_key IS NULL
          AND NOT EXISTS (SELECT FROM trigger o WHERE o.webhook_key = v.value ->> 'key')
       RETURNING v.id
     )
     UPDATE attune_sync.preserved p SET restored = now() FROM given WHERE p.id = given.id`,
    [[...refs]],
  );
}
