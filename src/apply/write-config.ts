import type { Knex } from 'knex';
import type { Json } from '../json.ts';
import type { ConfigWrite } from '../plan/plan.ts';
import { revealSecrets } from '../secret.ts';
import type { PackPart, PackStep } from './pack-step.ts';
import { runStatement } from './run-statement.ts';

/**
 * What the single write of `pack.config` sets, key by key, so that keys nobody planned stay as people left them.
 * Only here do secrets become plain.
 */
export function describeConfig({ change, wanted, preserved }: PackStep): PackPart {
  const writes = change.pack.config;
  const plainValue = (write: ConfigWrite): Json => {
    if (write.from === 'document') return revealSecrets(wanted.document.config[write.key] ?? null);
    if (write.from === 'default') return wanted.content.config[write.key] ?? null;
    const found = preserved.find((row) => write.from === 'preserved' && row.id === write.preserved);
    return found === undefined ? null : revealSecrets(found.value);
  };
  const kept = writes.filter(({ from }) => from !== 'nothing');
  return {
    types: { config: 'jsonb', removed_keys: 'text[]' },
    expressions: {
      config: change.pack.id === null ? 'r.config' : '(t.config - r.removed_keys) || r.config',
    },
    row: {
      config: Object.fromEntries(kept.map((write) => [write.key, plainValue(write)])),
      removed_keys: writes.filter(({ from }) => from === 'nothing').map(({ key }) => key),
    },
  };
}

/** Sets aside what people set and the document is about to replace. */
export async function preserveKeys(
  transaction: Knex.Transaction,
  packId: string,
  writes: readonly ConfigWrite[],
): Promise<void> {
  const keys = writes.flatMap((write) => (write.from === 'document' && write.preserve ? [write.key] : []));
  if (keys.length === 0) return;
  await runStatement(
    transaction,
    `INSERT INTO attune_sync.preserved (pack, kind, ref, field, value, reason)
     SELECT p.ref, 'config', p.ref, c.key, c.value, 'the document sets this key'
       FROM pack p, jsonb_each(p.config) c WHERE p.id = ? AND c.key = ANY(?::text[])`,
    [packId, keys],
  );
}

/** Values that stand in the config again are set aside no longer. */
export async function markRestored(transaction: Knex.Transaction, writes: readonly ConfigWrite[]): Promise<void> {
  const restored = writes.flatMap((write) => (write.from === 'preserved' ? [write.preserved] : []));
  if (restored.length === 0) return;
  await runStatement(transaction, 'UPDATE attune_sync.preserved SET restored = now() WHERE id = ANY(?::bigint[])', [
    restored,
  ]);
}
