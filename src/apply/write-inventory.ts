import type { Knex } from 'knex';
import { type Kind, kinds } from '../packs/kinds.ts';
import type { OverrideChange, PackChange } from '../plan/plan.ts';
import type { PackStep } from './pack-step.ts';

/**
 * Records what was written, in the transaction that wrote it: ownership and the change are one.
 * Ids are looked up by ref, since rows of the change have just been created.
 */
export async function writeInventory(transaction: Knex.Transaction, step: PackStep): Promise<void> {
  const { change } = step;
  if (change.record !== null) await recordPack(transaction, step, change.record);
  const deleted = change.components.filter(({ op }) => op === 'delete');
  if (deleted.length > 0) {
    await transaction.raw(
      `DELETE FROM attune_sync.component c USING jsonb_to_recordset(?::jsonb) AS r(kind text, ref text)
        WHERE c.kind = r.kind AND c.ref = r.ref AND c.pack = ?`,
      [JSON.stringify(deleted.map(({ kind, ref }) => ({ kind, ref }))), change.ref],
    );
  }
  await recordComponents(transaction, change);
  await recordOverrides(transaction, change.overrides);
}

/** Overrides that appeared or ended; the switch or config key counts as seen from now on. */
export async function recordOverrides(
  transaction: Knex.Transaction,
  overrides: readonly OverrideChange[],
): Promise<void> {
  const recorded = overrides.filter(({ op }) => op === 'record');
  const ended = overrides.filter(({ op }) => op === 'end');
  const source = 'jsonb_to_recordset(?::jsonb) AS r(kind text, ref text, field text, pack text, value jsonb)';
  if (ended.length > 0) {
    await transaction.raw(
      `DELETE FROM attune_sync.override o USING ${source} WHERE o.kind = r.kind AND o.ref = r.ref AND o.field = r.field`,
      [JSON.stringify(ended)],
    );
  }
  if (recorded.length === 0) return;
  const rows = JSON.stringify(recorded);
  await transaction.raw(
    `INSERT INTO attune_sync.override (kind, ref, field, pack, value) SELECT kind, ref, field, pack, value FROM ${source}
     ON CONFLICT (kind, ref, field) DO UPDATE SET value = EXCLUDED.value, pack = EXCLUDED.pack, seen = now()`,
    [rows],
  );
  await transaction.raw(
    `UPDATE attune_sync.component c SET enabled = r.value::text::boolean FROM ${source}
      WHERE r.field = 'enabled' AND c.kind = r.kind AND c.ref = r.ref`,
    [rows],
  );
  await transaction.raw(
    `UPDATE attune_sync.pack p SET config = p.config || r.config
       FROM (SELECT ref, jsonb_object_agg(field, value) AS config FROM ${source} WHERE kind = 'pack' GROUP BY ref) r
      WHERE p.ref = r.ref`,
    [rows],
  );
}

async function recordPack(
  transaction: Knex.Transaction,
  { manager, source, wanted: { ref, content } }: PackStep,
  record: NonNullable<PackChange['record']>,
): Promise<void> {
  await transaction.raw(
    `INSERT INTO attune_sync.pack (ref, manager, version, digest, source, prune, columns, config, document_keys)
     VALUES (?, ?, ?, ?, ?::jsonb, ?, ?::jsonb, ?::jsonb, ?::text[])
     ON CONFLICT (ref) DO UPDATE SET manager = EXCLUDED.manager, version = EXCLUDED.version,
       source = EXCLUDED.source, digest = EXCLUDED.digest, prune = EXCLUDED.prune, columns = EXCLUDED.columns, config = EXCLUDED.config,
       document_keys = EXCLUDED.document_keys, updated = now()`,
    [
      ref,
      manager,
      content.version,
      content.digest,
      JSON.stringify(source),
      record.prune,
      JSON.stringify(record.columns),
      JSON.stringify(record.config),
      [...record.documentKeys],
    ],
  );
}

/** One statement for all kinds: beside a commit, an apply of many small packs costs its round trips. */
async function recordComponents(
  transaction: Knex.Transaction,
  { ref: pack, records }: Pick<PackChange, 'ref' | 'records'>,
): Promise<void> {
  if (records.length === 0) return;
  const recorded = kinds.filter(({ name }) => records.some(({ kind }) => kind === name));
  await transaction.raw(
    `INSERT INTO attune_sync.component (kind, ref, pack, id, columns, names, enabled)
     SELECT r.kind, r.ref, ?, found.id, r.columns, r.names, r.enabled
       FROM jsonb_to_recordset(?::jsonb) AS r(kind text, ref text, columns jsonb, names jsonb, enabled boolean),
            LATERAL (${recorded.map(selectId).join(' UNION ALL ')}) AS found
     ON CONFLICT (kind, ref) DO UPDATE SET pack = EXCLUDED.pack, id = EXCLUDED.id, columns = EXCLUDED.columns,
       names = EXCLUDED.names, enabled = EXCLUDED.enabled`,
    [pack, JSON.stringify(records)],
  );
}

function selectId({ name, table }: Kind): string {
  const ref = name === 'runtime_version' ? `t.runtime_ref || '@' || t.version` : 't.ref';
  return `SELECT t.id FROM ${table} t WHERE r.kind = '${name}' AND ${ref} = r.ref`;
}
