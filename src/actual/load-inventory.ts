import type { Knex } from 'knex';
import { isObject, type Json } from '../json.ts';
import type { PackContent } from '../packs/content.ts';
import type { KindName } from '../packs/kinds.ts';
import { readerVersion } from '../packs/read-pack.ts';
import { type Concealed, conceal, concealLike } from '../secret.ts';
import type { Override, Preserved, RecordedComponent, RecordedPack, RecordedSource } from './actual.ts';
import { type KnownColumns, knowColumns, type Settled } from './known-columns.ts';

export interface Inventory {
  /** Of every manager, by ref; components only of the manager that asks. */
  readonly packs: ReadonlyMap<string, RecordedPack>;
  /** Packs of the manager that asks whose content is what was installed: what it says stands for what is recorded. */
  readonly settled: Settled;
  readonly overrides: readonly Override[];
  readonly preserved: readonly Preserved[];
  readonly secretKey: string | null;
  readonly lastRun: { readonly entries: Readonly<Record<string, number>>; readonly signature: string } | null;
}

interface PackRow {
  ref: string;
  manager: string;
  version: string;
  digest: string;
  source: RecordedSource;
  prune: boolean;
  columns: Readonly<Record<string, Json>>;
  config: Readonly<Record<string, Json>>;
  document_keys: string[];
  given_by: string | null;
  reader: number | null;
}

interface ComponentRow extends Omit<RecordedComponent, 'columns'> {
  readonly pack: string;
  /** Null in settled packs. */
  readonly columns: RecordedComponent['columns'] | null;
}

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

const emptyInventory: Inventory = {
  packs: new Map(),
  settled: { packs: new Set(), known: new Map() },
  overrides: [],
  preserved: [],
  secretKey: null,
  lastRun: null,
};

export interface InventoryOptions {
  readonly manager: string;
  readonly hasInventory: boolean;
  /** What is desired of packs, by ref: what it says need not be read again. */
  readonly contents?: ReadonlyMap<string, PackContent>;
}

/** What this tool remembers; nothing at all before the first apply. */
export async function loadInventory(transaction: Knex.Transaction, options: InventoryOptions): Promise<Inventory> {
  if (!options.hasInventory) return emptyInventory;
  const rows = async <T>(sql: string, bindings: readonly Knex.RawBinding[] = []) =>
    ((await transaction.raw(sql, bindings)) as { rows: T[] }).rows;
  const packs = await rows<PackRow>(
    `SELECT ref, manager, version, digest, source, prune, columns, config, document_keys, given_by, reader
       FROM attune_sync.pack`,
  );
  const settled = findSettled(packs, options);
  const components = await rows<ComponentRow>(
    `SELECT c.kind, c.ref, c.pack, c.id, c.names, c.enabled,
            CASE WHEN c.pack = ANY(?::text[]) THEN NULL ELSE c.columns END AS columns
       FROM attune_sync.component c JOIN attune_sync.pack p ON p.ref = c.pack WHERE p.manager = ? ORDER BY c.kind, c.ref`,
    [[...settled.keys()], options.manager],
  );
  const known = knowColumns([...settled.values()]);
  const [secret] = await rows<{ value: string }>(`SELECT value FROM attune_sync.settings WHERE key = 'secret_key'`);
  const [lastRun] = await rows<{ entries: Record<string, number>; signature: string }>(
    `SELECT entries, signature FROM attune_sync.run WHERE manager = ? AND targets IS NULL ORDER BY id DESC LIMIT 1`,
    [options.manager],
  );
  return {
    packs: new Map(withComponents(packs, components, known).map((pack) => [pack.ref, pack])),
    settled: { packs: new Set(settled.keys()), known },
    overrides: (
      await rows<OverrideRow>(
        `SELECT o.kind, o.ref, o.field, o.pack, o.value, o.plain, o.plain IS NOT NULL AS has_plain, o.pack_id, o.own,
                CASE WHEN o.kind = 'pack' THEN ${schemaOf('o.pack')} END AS conf_schema
           FROM attune_sync.override o LEFT JOIN pack p ON p.ref = o.pack AND o.kind = 'pack' ORDER BY 1, 2, 3`,
      )
    ).map(toOverride),
    preserved: (
      await rows<PreservedRow>(
        `SELECT v.id, v.kind, v.ref, v.field, v.value, ${schemaOf('v.pack')} AS conf_schema FROM attune_sync.preserved v
           LEFT JOIN pack p ON p.ref = v.pack WHERE v.restored IS NULL AND v.kind = 'config' ORDER BY v.id`,
      )
    ).map(toPreserved),
    secretKey: secret?.value ?? null,
    lastRun: lastRun ?? null,
  };
}

/** The content of packs whose inventory came from the same files, read the same way. */
function findSettled(
  packs: readonly PackRow[],
  { manager, contents = new Map() }: InventoryOptions,
): ReadonlyMap<string, PackContent> {
  return new Map(
    packs.flatMap((pack): [string, PackContent][] => {
      const content = contents.get(pack.ref);
      const isSame = pack.manager === manager && pack.reader === readerVersion && content?.digest === pack.digest;
      return isSame && content !== undefined ? [[pack.ref, content]] : [];
    }),
  );
}

function withComponents(
  packs: readonly PackRow[],
  components: readonly ComponentRow[],
  known: KnownColumns,
): RecordedPack[] {
  const byPack = new Map<string, RecordedComponent[]>(packs.map(({ ref }) => [ref, []]));
  for (const { pack, kind, ref, id, names, enabled, columns } of components) {
    byPack.get(pack)?.push({ kind, ref, id, names, enabled, columns: columns ?? known.get(kind)?.get(ref) ?? {} });
  }
  return packs.map(({ document_keys, given_by, reader: _reader, ...pack }) => ({
    ...pack,
    ...(given_by === null ? {} : { givenBy: given_by }),
    documentKeys: document_keys,
    components: byPack.get(pack.ref) ?? [],
  }));
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
