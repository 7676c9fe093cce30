import type { Knex } from 'knex';
import { nothingSet, settingsSql } from '../actual/settings-sql.ts';
import { type Kind, type KindName, kindByName, kindOf } from '../packs/kinds.ts';
import type { SetAsideFor } from './preserve.ts';
import { refSql } from './ref-sql.ts';
import { askedOf, createdOf, type RestoreScope } from './restore-scope.ts';

/**
 * Sets aside what people set in columns of a pack's own components that no pack file says (timeouts, retries): the
 * rows are about to be deleted. `field` names the kind.
 */
export async function preserveSettings(
  transaction: Knex.Transaction,
  name: KindName,
  ids: readonly string[],
  { pack, reason }: SetAsideFor,
): Promise<void> {
  if (ids.length === 0) return;
  const kind = kindOf(name);
  await transaction.raw(
    `INSERT INTO attune_sync.preserved (pack, kind, ref, field, value, reason)
     SELECT ?, 'settings', ${refSql(kind)}, ?, s.value, ?
       FROM ${kind.table} t, LATERAL (SELECT ${settingsSql(kind)} AS value) s
      WHERE t.id = ANY(?::bigint[]) AND s.value IS NOT NULL ORDER BY t.id`,
    [pack, name, reason, [...ids]],
  );
}

interface Row {
  readonly id: string;
  readonly field: string;
  readonly keys: readonly string[];
}

/**
 * Gives components whose refs are there again what people had set in them, column by column, where nothing is set now.
 * @returns ids of `attune_sync.preserved` that were restored
 */
export async function restoreSettings(transaction: Knex.Transaction, scope: RestoreScope): Promise<readonly string[]> {
  const restored: string[] = [];
  for (const kind of kindByName.values()) {
    const { rows } = (await transaction.raw(
      `SELECT DISTINCT ON (v.ref) v.id, v.field, ARRAY(SELECT jsonb_object_keys(v.value)) AS keys
         FROM attune_sync.preserved v
        WHERE v.restored IS NULL AND v.kind = 'settings' AND v.field = ?
          AND (v.id = ANY(?::bigint[]) OR v.ref = ANY(?::text[])) ORDER BY v.ref, v.id DESC`,
      [kind.name, askedOf(scope), createdOf(scope, kind.name)],
    )) as { rows: Row[] };
    for (const row of rows) if (await restoreRow(transaction, kind, row)) restored.push(row.id);
  }
  return restored;
}

async function restoreRow(transaction: Knex.Transaction, kind: Kind, { id, keys }: Row): Promise<boolean> {
  const columns = await columnsAmong(transaction, kind.table, keys);
  if (columns.length === 0) return false;
  const values = columns.map(
    (name) =>
      `${name} = CASE WHEN coalesce(to_jsonb(t.${name}), 'null') IN ${nothingSet} THEN x.${name} ELSE t.${name} END`,
  );
  const { rowCount } = (await transaction.raw(
    `UPDATE ${kind.table} AS t SET ${values.join(', ')}
       FROM attune_sync.preserved v,
            LATERAL jsonb_populate_record((SELECT t FROM ${kind.table} t WHERE FALSE), v.value) x
      WHERE v.id = ? AND ${refSql(kind)} = v.ref`,
    [id],
  )) as { rowCount: number };
  if (rowCount === 0) return false;
  await transaction.raw('UPDATE attune_sync.preserved SET restored = now() WHERE id = ?', [id]);
  return true;
}

async function columnsAmong(
  transaction: Knex.Transaction,
  table: string,
  names: readonly string[],
): Promise<readonly string[]> {
  const { rows } = (await transaction.raw(
    `SELECT a.attname AS name FROM pg_attribute a
      WHERE a.attrelid = to_regclass(?) AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
        AND a.attname = ANY(?::text[]) AND quote_ident(a.attname) = a.attname ORDER BY a.attnum`,
    [table, [...names]],
  )) as { rows: { name: string }[] };
  return rows.map(({ name }) => name);
}
