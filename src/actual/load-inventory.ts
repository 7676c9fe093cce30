import type { Knex } from 'knex';
import type { Json } from '../json.ts';
import type { PackContent } from '../packs/content.ts';
import { readerVersion } from '../packs/read-pack.ts';
import type { Override, Preserved, RecordedComponent, RecordedPack, RecordedSource } from './actual.ts';
import { type KnownColumns, knowColumns, type Settled } from './known-columns.ts';
import { loadKeptValues } from './load-kept-values.ts';

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
    ...(await loadKeptValues(transaction)),
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
