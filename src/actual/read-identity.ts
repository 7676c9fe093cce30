import { createHash } from 'node:crypto';
import type { Knex } from 'knex';
import type { DatabaseIdentity } from './fingerprint.ts';

interface Row {
  readonly name: string;
  readonly schema: string;
}

/**
 * Reads which database this is. Its id is derived from the key of the digests, which is made with our tables and never
 * leaves the database; nobody can work it out from the id.
 */
export async function readIdentity(transaction: Knex.Transaction, hasInventory: boolean): Promise<DatabaseIdentity> {
  const rows = async <T>(sql: string) => ((await transaction.raw(sql)) as { rows: T[] }).rows;
  const [found] = await rows<Row>('SELECT current_database() AS name, current_schema() AS schema');
  const settings = hasInventory
    ? await rows<{ key: string; value: string }>(
        `SELECT key, value FROM attune_sync.settings WHERE key IN ('secret_key', 'store_id')`,
      )
    : [];
  const values = new Map(settings.map(({ key, value }) => [key, value]));
  const secret = values.get('secret_key');
  return {
    name: found?.name ?? '',
    schema: found?.schema ?? '',
    id: secret === undefined ? null : createHash('sha256').update(`database ${secret}`).digest('hex').slice(0, 32),
    store: values.get('store_id') ?? null,
  };
}
