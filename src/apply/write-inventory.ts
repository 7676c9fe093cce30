import type { Knex } from 'knex';
import { type Kind, kinds } from '../packs/kinds.ts';
import { readerVersion } from '../packs/read-pack.ts';
import { componentKey } from '../plan/component-index.ts';
import type { OverrideChange, PackChange } from '../plan/plan.ts';
import type { PackStep } from './pack-step.ts';
import { refSql } from './ref-sql.ts';
import { runStatement } from './run-statement.ts';

/**
 * Records what was written, in the transaction that wrote it: ownership and the change are one.
 * @param ids of the rows that were written, by the key of their component; others are looked up by ref
 */
export async function writeInventory(
  transaction: Knex.Transaction,
  step: PackStep,
  ids: ReadonlyMap<string, string>,
): Promise<void> {
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
  await recordComponents(transaction, change, ids);
  await recordOverrides(transaction, change.overrides);
}

/** Overrides that appeared or ended; the switch or config key counts as seen from now on. */
export async function recordOverrides(
  transaction: Knex.Transaction,
  overrides: readonly OverrideChange[],
): Promise<void> {
  const recorded = overrides.filter(({ op }) => op === 'record');
  const ended = overrides.filter(({ op }) => op === 'end');
  const source =
    'jsonb_to_recordset(?::jsonb) AS r(kind text, ref text, field text, pack text, value jsonb, own boolean)';
  if (ended.length > 0) {
    await transaction.raw(
      `DELETE FROM attune_sync.override o USING ${source} WHERE o.kind = r.kind AND o.ref = r.ref AND o.field = r.field`,
      [JSON.stringify(ended)],
    );
  }
  if (recorded.length === 0) return;
  const rows = JSON.stringify(recorded);
  await transaction.raw(
    `INSERT INTO attune_sync.override AS o (kind, ref, field, pack, value, own, plain, pack_id)
     SELECT r.kind, r.ref, r.field, r.pack, r.value, coalesce(r.own, FALSE), p.config -> r.field, p.id
       FROM ${source} LEFT JOIN pack p ON r.kind = 'pack' AND p.ref = r.ref
     ON CONFLICT (kind, ref, field) DO UPDATE SET value = EXCLUDED.value, pack = EXCLUDED.pack, own = EXCLUDED.own,
       plain = EXCLUDED.plain, pack_id = EXCLUDED.pack_id,
       seen = CASE WHEN o.value IS NOT DISTINCT FROM EXCLUDED.value THEN o.seen ELSE now() END`,
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
  { change, manager, source, wanted: { ref, content } }: PackStep,
  record: NonNullable<PackChange['record']>,
): Promise<void> {
  await runStatement(
    transaction,
    `INSERT INTO attune_sync.pack AS known (ref, manager, version, digest, source, prune, columns, config, document_keys, reader)
     VALUES (?, ?, ?, ?, ?::jsonb, ?, ?::jsonb, ?::jsonb, ?::text[], ?)
     ON CONFLICT (ref) DO UPDATE SET manager = EXCLUDED.manager, version = EXCLUDED.version,
       source = EXCLUDED.source, digest = EXCLUDED.digest, prune = EXCLUDED.prune, columns = EXCLUDED.columns, config = EXCLUDED.config,
       document_keys = EXCLUDED.document_keys, given_by = NULL, updated = now(),
       reader = CASE WHEN known.digest = EXCLUDED.digest AND NOT ?::boolean THEN known.reader ELSE EXCLUDED.reader END`,
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
      readerVersion,
      // Of the same files only what changed is recorded anew, unless all of it is.
      change.reason.code === 'forced',
    ],
  );
}

async function recordComponents(
  transaction: Knex.Transaction,
  { ref: pack, records }: Pick<PackChange, 'ref' | 'records'>,
  ids: ReadonlyMap<string, string>,
): Promise<void> {
  const rows = records.map((record) => ({ ...record, id: ids.get(componentKey(record)) ?? null }));
  const [written, untouched] = [rows.filter(({ id }) => id !== null), rows.filter(({ id }) => id === null)];
  if (written.length > 0) {
    await runStatement(
      transaction,
      `${into} SELECT r.kind, r.ref, ?, r.id::bigint, r.columns, r.names, r.enabled FROM ${recordedRows} ${update}`,
      [pack, JSON.stringify(written)],
    );
  }
  if (untouched.length === 0) return;
  const found = kinds.filter(({ name }) => untouched.some(({ kind }) => kind === name)).map(selectId);
  await runStatement(
    transaction,
    `${into} SELECT r.kind, r.ref, ?, found.id, r.columns, r.names, r.enabled
       FROM ${recordedRows}, LATERAL (${found.join(' UNION ALL ')}) AS found ${update}`,
    [pack, JSON.stringify(untouched)],
  );
}

const into = 'INSERT INTO attune_sync.component (kind, ref, pack, id, columns, names, enabled)';
const recordedRows =
  'jsonb_to_recordset(?::jsonb) AS r(kind text, ref text, id text, columns jsonb, names jsonb, enabled boolean)';
const update = `ON CONFLICT (kind, ref) DO UPDATE SET pack = EXCLUDED.pack, id = EXCLUDED.id,
  columns = EXCLUDED.columns, names = EXCLUDED.names, enabled = EXCLUDED.enabled`;

function selectId(kind: Kind): string {
  return `SELECT t.id FROM ${kind.table} t WHERE r.kind = '${kind.name}' AND ${refSql(kind)} = r.ref`;
}
