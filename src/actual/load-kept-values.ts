import type { Knex } from 'knex';
import { isObject, type Json } from '../json.ts';
import type { KindName } from '../packs/kinds.ts';
import { type Concealed, conceal, concealLike } from '../secret.ts';
import type { Override, Preserved } from './actual.ts';

interface OverrideRow {
  kind: KindName | 'pack';
  ref: string;
  field: string;
  pack: string;
  value: Json;
  plain: Json;
  has_plain: boolean;
  pack_id: string | null;
  own: boolean;
  conf_schema: Json;
}

interface PreservedRow {
  id: string;
  kind: string;
  ref: string;
  field: string | null;
  value: Json;
  conf_schema: Json;
}

/** Values that people set, those that stand and those that were replaced; secret ones are concealed at once. */
export async function loadKeptValues(
  transaction: Knex.Transaction,
): Promise<{ readonly overrides: readonly Override[]; readonly preserved: readonly Preserved[] }> {
  const rows = async <T>(sql: string) => ((await transaction.raw(sql)) as { rows: T[] }).rows;
  const overrides = await rows<OverrideRow>(
    `SELECT o.kind, o.ref, o.field, o.pack, o.value, o.plain, o.plain IS NOT NULL AS has_plain, o.pack_id, o.own,
            CASE WHEN o.kind = 'pack' THEN ${schemaOf('o.pack')} END AS conf_schema
       FROM attune_sync.override o LEFT JOIN pack p ON p.ref = o.pack AND o.kind = 'pack' ORDER BY 1, 2, 3`,
  );
  const preserved = await rows<PreservedRow>(
    `SELECT v.id, v.kind, v.ref, v.field, v.value, ${schemaOf('v.pack')} AS conf_schema FROM attune_sync.preserved v
       LEFT JOIN pack p ON p.ref = v.pack WHERE v.restored IS NULL AND v.kind = 'config' ORDER BY v.id`,
  );
  return { overrides: overrides.map(toOverride), preserved: preserved.map(toPreserved) };
}

function toOverride({ plain, has_plain, pack_id, own, conf_schema, ...row }: OverrideRow): Override {
  if (row.kind !== 'pack') return row;
  return {
    ...row,
    own,
    ...(pack_id === null ? {} : { packId: pack_id }),
    ...(has_plain ? { plain: concealLike(concealKey(row.field, plain, conf_schema), row.value) } : {}),
  };
}

function toPreserved({ conf_schema, value, ...row }: PreservedRow): Preserved {
  return { ...row, value: concealKey(row.field ?? '', value, conf_schema) };
}

/** Of a pack that was removed, the schema that it had: its rows are set aside. */
function schemaOf(pack: string): string {
  return `coalesce(p.conf_schema, (SELECT x.value -> 'conf_schema' FROM attune_sync.preserved x
             WHERE x.kind = 'pack' AND x.ref = ${pack} ORDER BY x.id DESC LIMIT 1))`;
}

/** A config value that is kept aside is as secret as its key is; without a schema to tell, it is taken for secret. */
function concealKey(key: string, value: Json, confSchema: Json): Concealed {
  const properties = isObject(confSchema) && isObject(confSchema.properties) ? confSchema.properties : confSchema;
  const schema = isObject(properties) && Object.hasOwn(properties, key) ? properties[key] : undefined;
  return conceal(value, (schema as Json | undefined) ?? { secret: true }, key);
}
