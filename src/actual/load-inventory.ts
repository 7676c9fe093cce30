import type { Knex } from 'knex';
import type { Json } from '../json.ts';
import type { PackContent } from '../packs/content.ts';
import { readerVersion } from '../packs/read-pack.ts';
import type { Override, Preserved, RecordedComponent, RecordedPack, RecordedSource } from './actual.ts';
import { type Settled, settle } from './known-columns.ts';
import { loadKeptValues } from './load-kept-values.ts';
import { inventoryTable, type Recall, type RecordedRows } from './row-memory.ts';

export interface Inventory {
  /** Of every manager, by ref; components only of the manager that asks. */
  readonly packs: ReadonlyMap<string, RecordedPack>;
  /** Packs of the manager that asks whose content is what was installed: what it says stands for what is recorded. */
  readonly settled: Settled;
  /** Of the packs of the manager that asks. */
  readonly recorded: ReadonlyMap<string, RecordedRows>;
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
  settled: settle(new Map()),
  recorded: new Map(),
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
  readonly recall?: Recall;
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
  const settled = settle(findSettled(packs, options), options.recall?.before?.settled);
  const own = packs.filter(({ manager }) => manager === options.manager).map(({ ref }) => ref);
  const known = findKnown(own, settled, options.recall);
  const unknown = own.filter((ref) => !known.has(ref));
  const components =
    unknown.length === 0
      ? []
      : await rows<ComponentRow>(
          `SELECT c.kind, c.ref, c.pack, c.id, c.names, c.enabled,
                  CASE WHEN c.pack = ANY(?::text[]) THEN NULL ELSE c.columns END AS columns
             FROM attune_sync.component c WHERE c.pack = ANY(?::text[]) ORDER BY c.kind, c.ref`,
          [[...settled.packs], unknown],
        );
  const recorded = new Map([...known, ...byPack(unknown, components, settled)]);
  const [secret] = await rows<{ value: string }>(`SELECT value FROM attune_sync.settings WHERE key = 'secret_key'`);
  const [lastRun] = await rows<{ entries: Record<string, number>; signature: string }>(
    `SELECT entries, signature FROM attune_sync.run WHERE manager = ? AND targets IS NULL ORDER BY id DESC LIMIT 1`,
    [options.manager],
  );
  return {
    packs: new Map(withComponents(packs, recorded).map((pack) => [pack.ref, pack])),
    settled,
    recorded,
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

/** The components of packs that were read before, in the same way, and that nobody wrote to since. */
function findKnown(
  own: readonly string[],
  { contents }: Settled,
  recall: Recall | undefined,
): ReadonlyMap<string, RecordedRows> {
  if (recall === undefined || recall.before === null || !recall.isSame(inventoryTable)) return new Map();
  const { recorded } = recall.before;
  return new Map(
    own.flatMap((ref): [string, RecordedRows][] => {
      const rows = recorded.get(ref);
      return rows !== undefined && rows.content === (contents.get(ref) ?? null) ? [[ref, rows]] : [];
    }),
  );
}

function byPack(
  refs: readonly string[],
  rows: readonly ComponentRow[],
  { contents, known }: Settled,
): ReadonlyMap<string, RecordedRows> {
  const found = new Map<string, RecordedComponent[]>(refs.map((ref) => [ref, []]));
  for (const { pack, kind, ref, id, names, enabled, columns } of rows) {
    found.get(pack)?.push({ kind, ref, id, names, enabled, columns: columns ?? known.get(kind)?.get(ref) ?? {} });
  }
  return new Map([...found].map(([ref, components]) => [ref, { content: contents.get(ref) ?? null, components }]));
}

function withComponents(packs: readonly PackRow[], recorded: ReadonlyMap<string, RecordedRows>): RecordedPack[] {
  return packs.map(({ document_keys, given_by, reader: _reader, ...pack }) => ({
    ...pack,
    ...(given_by === null ? {} : { givenBy: given_by }),
    documentKeys: document_keys,
    components: recorded.get(pack.ref)?.components ?? [],
  }));
}
