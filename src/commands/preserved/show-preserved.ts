import type { Knex } from 'knex';
import type { DatabaseContext } from '../../context.ts';
import { isObject, type Json, type JsonObject } from '../../json.ts';
import { type Concealed, conceal, maskSecrets, Secret } from '../../secret.ts';
import { type ListedEntry, listPreserved } from './list-preserved.ts';
import { checkIds, unknownIds } from './unknown-ids.ts';

export interface ShownEntry extends ListedEntry {
  /** Secrets as digests. */
  readonly value: Json;
}

/** One row that is set aside, whole but for its secrets. Reads only. @throws SyncError `unknown-preserved` */
export async function showPreserved(context: DatabaseContext, id: string): Promise<ShownEntry> {
  checkIds([id]);
  const [entry] = await listPreserved(context, { ids: [id] });
  if (entry === undefined) throw unknownIds([id]);
  const { knex } = context.database;
  const value = hideSecrets(entry, await readValue(knex, id), await readSchema(knex, entry.pack));
  return { ...entry, value: maskSecrets(value, await readKey(knex)) };
}

/**
 * Keys, webhooks and the config of a whole pack are secret as such: what a document took from the environment is plain
 * in `pack.config`, and nothing there tells.
 */
function hideSecrets({ kind, field }: ListedEntry, value: Json, schema: Json): Concealed {
  if (kind === 'config') return conceal(value, schemaOf(field ?? '', schema), field ?? '');
  if (!isObject(value)) return conceal(value);
  const row = conceal(value) as Readonly<Record<string, Concealed>>;
  const plain = value as JsonObject;
  const secret = (...names: string[]) =>
    Object.fromEntries(
      names.flatMap((name) =>
        Object.hasOwn(plain, name) && plain[name] !== null ? [[name, new Secret(plain[name] ?? null)]] : [],
      ),
    );
  if (kind === 'key') return { ...row, ...secret('value') };
  if (kind === 'webhook') return { ...row, ...secret('key') };
  if (kind === 'trigger') return { ...row, ...secret('webhook_key') };
  if (kind !== 'pack') return row;
  const config = isObject(plain.config) ? Object.entries(plain.config as JsonObject) : [];
  return { ...row, config: Object.fromEntries(config.map(([key, one]) => [key, new Secret(one as Json)])) };
}

function schemaOf(key: string, schema: Json): Json {
  const members = isObject(schema) && isObject(schema.properties) ? schema.properties : schema;
  const found = isObject(members) && Object.hasOwn(members, key) ? (members as JsonObject)[key] : undefined;
  return (found as Json | undefined) ?? { secret: true };
}

async function readValue(knex: Knex, id: string): Promise<Json> {
  const { rows } = (await knex.raw('SELECT value FROM attune_sync.preserved WHERE id = ?', [id])) as {
    rows: { value: Json }[];
  };
  return rows[0]?.value ?? null;
}

async function readSchema(knex: Knex, pack: string): Promise<Json> {
  const { rows } = (await knex.raw(
    `SELECT conf_schema AS schema, 0 AS place FROM pack WHERE ref = ?
     UNION ALL SELECT value -> 'conf_schema', id FROM attune_sync.preserved WHERE kind = 'pack' AND ref = ?
     ORDER BY place`,
    [pack, pack],
  )) as { rows: { schema: Json }[] };
  return rows[0]?.schema ?? null;
}

async function readKey(knex: Knex): Promise<string> {
  const { rows } = (await knex.raw(`SELECT value FROM attune_sync.settings WHERE key = 'secret_key'`)) as {
    rows: { value: string }[];
  };
  return rows[0]?.value ?? '';
}
