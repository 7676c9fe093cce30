import type { Knex } from 'knex';
import type { Json } from '../json.ts';
import type { ConfigWrite, PackChange } from '../plan/plan.ts';
import { revealSecrets } from '../secret.ts';
import type { PackPart, PackStep } from './pack-step.ts';
import { runStatement } from './run-statement.ts';

/**
 * What the single write of `pack.config` sets, key by key, so that keys nobody planned stay as people left them.
 * Only here do secrets become plain.
 */
export function describeConfig({ change, wanted, preserved, overrides }: PackStep): PackPart {
  const writes = change.pack.config;
  const plainValue = (write: ConfigWrite): Json => {
    if (write.from === 'document') return revealSecrets(wanted.document.config[write.key] ?? null);
    if (write.from === 'default') return wanted.content.config[write.key] ?? null;
    if (write.from === 'override') return revealSecrets(findOverride(overrides, wanted.ref, write.key)?.plain ?? null);
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

function findOverride(overrides: PackStep['overrides'], pack: string, key: string) {
  return overrides.find(({ kind, ref, field }) => kind === 'pack' && ref === pack && field === key);
}

/** Sets aside what people set and the document is about to replace, in the row or, where that was made anew, before it. */
export async function preserveKeys(
  transaction: Knex.Transaction,
  { ref, pack }: Pick<PackChange, 'ref' | 'pack'>,
): Promise<void> {
  const keys = pack.config.flatMap((write) => (write.from === 'document' && write.preserve ? [write.key] : []));
  if (keys.length === 0) return;
  await runStatement(
    transaction,
    `INSERT INTO attune_sync.preserved (pack, kind, ref, field, value, reason)
     SELECT k.ref, 'config', k.ref, k.key, coalesce(p.config -> k.key, o.plain), 'the document sets this key'
       FROM (SELECT ?::text AS ref, unnest(?::text[]) AS key) k
       LEFT JOIN pack p ON p.id = ?::bigint
       LEFT JOIN attune_sync.override o ON o.kind = 'pack' AND o.ref = k.ref AND o.field = k.key
      WHERE coalesce(p.config -> k.key, o.plain) IS NOT NULL`,
    [ref, keys, pack.id],
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
