import type { Knex } from 'knex';
import type { Actual } from '../actual/actual.ts';
import type { WantedPack } from '../desired/desired.ts';
import { SyncError } from '../errors.ts';
import type { Json } from '../json.ts';
import { packColumns } from '../packs/kinds.ts';
import type { ConfigWrite, PackChange } from '../plan/plan.ts';
import { revealSecrets } from '../secret.ts';
import { recordset, typesOf, writeSet } from './row-sets.ts';

/** Creates or updates the pack's own row, without its config; returns its id. */
export async function writePackRow(transaction: Knex.Transaction, change: PackChange): Promise<string> {
  const columns = Object.keys(change.pack.set);
  const source = recordset({ ref: 'text', ...typesOf(columns, packColumns) });
  const row = { ...change.pack.set, ref: change.ref };
  if (change.pack.id === null) {
    const rows = await writeSet<{ id: string }>(
      transaction,
      `INSERT INTO pack (${['ref', ...columns].join(', ')})
       SELECT ${['ref', ...columns].map((name) => `r.${name}`).join(', ')} FROM ${source} RETURNING id`,
      [row],
    );
    return requireRow(rows, change).id;
  }
  if (columns.length === 0) return change.pack.id;
  const rows = await writeSet<{ id: string }>(
    transaction,
    `UPDATE pack AS t SET ${columns.map((name) => `${name} = r.${name}`).join(', ')}
       FROM ${source} WHERE t.ref = r.ref AND t.id = ${change.pack.id}::bigint RETURNING t.id`,
    [row],
  );
  return requireRow(rows, change).id;
}

/**
 * The single write of `pack.config`, key by key, so that keys nobody planned stay as people left them. A value a
 * person set and the document replaces is preserved in the same statement.
 */
export async function writePackConfig(
  transaction: Knex.Transaction,
  packId: string,
  wanted: WantedPack,
  writes: readonly ConfigWrite[],
  preserved: Actual['preserved'],
): Promise<void> {
  if (writes.length === 0) return;
  const kept = writes.flatMap((write) => (write.from === 'document' && write.preserve ? [write.key] : []));
  await preserveKeys(transaction, packId, kept);
  const removed = writes.filter(({ from }) => from === 'nothing').map(({ key }) => key);
  const values = Object.fromEntries(
    writes.filter(({ from }) => from !== 'nothing').map((write) => [write.key, plainValue(write, wanted, preserved)]),
  );
  await transaction.raw(`UPDATE pack SET config = (config - ?::text[]) || ?::jsonb WHERE id = ?`, [
    removed,
    JSON.stringify(values),
    packId,
  ]);
  const restored = writes.flatMap((write) => (write.from === 'preserved' ? [write.preserved] : []));
  if (restored.length === 0) return;
  await transaction.raw(`UPDATE attune_sync.preserved SET restored = now() WHERE id = ANY(?::bigint[])`, [restored]);
}

async function preserveKeys(transaction: Knex.Transaction, packId: string, keys: string[]): Promise<void> {
  if (keys.length === 0) return;
  await transaction.raw(
    `INSERT INTO attune_sync.preserved (pack, kind, ref, field, value, reason)
     SELECT p.ref, 'config', p.ref, c.key, c.value, 'the document sets this key'
       FROM pack p, jsonb_each(p.config) c WHERE p.id = ? AND c.key = ANY(?::text[])`,
    [packId, keys],
  );
}

function plainValue(write: ConfigWrite, wanted: WantedPack, preserved: Actual['preserved']): Json {
  if (write.from === 'document') return revealSecrets(wanted.document.config[write.key] ?? null);
  if (write.from === 'default') return wanted.content.config[write.key] ?? null;
  const found = preserved.find((row) => write.from === 'preserved' && row.id === write.preserved);
  return found === undefined ? null : revealSecrets(found.value);
}

function requireRow<T>(rows: readonly T[], change: PackChange): T {
  const [row] = rows;
  if (row !== undefined) return row;
  throw new SyncError('changed-meanwhile', `the pack ${change.ref} changed in Postgres while it was being written`, {
    hint: 'Nothing of this pack was written; the next run plans it again.',
    retry: 'soon',
  });
}
