import type { Knex } from 'knex';
import type { Json } from '../json.ts';
import type { PackContent } from '../packs/content.ts';
import type { KindName } from '../packs/kinds.ts';
import type { RecordedComponent, RecordedPack } from './actual.ts';

type Columns = Readonly<Record<string, Json>>;

/** What the content of some packs says of their components, by kind and ref. */
export type KnownColumns = ReadonlyMap<KindName, ReadonlyMap<string, Columns>>;

/** Packs whose inventory is what their content says, and that content: rows that are as recorded are not read whole. */
export interface Settled {
  readonly packs: ReadonlySet<string>;
  readonly known: KnownColumns;
  readonly contents: ReadonlyMap<string, PackContent>;
}

/** @param before given again where it is of the same contents */
export function settle(contents: ReadonlyMap<string, PackContent>, before?: Settled): Settled {
  if (before !== undefined && isSame(before.contents, contents)) return before;
  return { packs: new Set(contents.keys()), known: knowColumns([...contents.values()]), contents };
}

function isSame(one: Settled['contents'], other: Settled['contents']): boolean {
  return one.size === other.size && [...one].every(([ref, content]) => other.get(ref) === content);
}

/** The columns that packs' files say; what is recorded of these packs came from the same files, read the same way. */
function knowColumns(contents: readonly PackContent[]): KnownColumns {
  const known = new Map<KindName, Map<string, Columns>>();
  for (const { components } of contents) {
    for (const { kind, ref, columns } of components) {
      const ofKind = known.get(kind);
      if (ofKind === undefined) known.set(kind, new Map([[ref, columns]]));
      else ofKind.set(ref, columns);
    }
  }
  return known;
}

/** The inventory with what it really holds of components whose rows are not as it says: their history tells drift from change. */
export async function readRecordedColumns(
  transaction: Knex.Transaction,
  packs: ReadonlyMap<string, RecordedPack>,
  differing: readonly { readonly kind: KindName; readonly ref: string }[],
): Promise<ReadonlyMap<string, RecordedPack>> {
  if (differing.length === 0) return packs;
  const { rows } = (await transaction.raw(
    `SELECT c.pack, c.kind, c.ref, c.columns FROM attune_sync.component c
       JOIN jsonb_to_recordset(?::jsonb) AS r(kind text, ref text) ON r.kind = c.kind AND r.ref = c.ref`,
    [JSON.stringify(differing)],
  )) as { rows: (Pick<RecordedComponent, 'kind' | 'ref' | 'columns'> & { pack: string })[] };
  const read = new Map(rows.map(({ kind, ref, columns }) => [`${kind} ${ref}`, columns]));
  const changed = new Set(rows.map(({ pack }) => pack));
  return new Map(
    [...packs].map(([ref, pack]) => [ref, changed.has(ref) ? { ...pack, components: replace(pack, read) } : pack]),
  );
}

function replace({ components }: RecordedPack, read: ReadonlyMap<string, Columns>): RecordedPack['components'] {
  return components.map((one) => {
    const columns = read.get(`${one.kind} ${one.ref}`);
    return columns === undefined ? one : { ...one, columns };
  });
}
