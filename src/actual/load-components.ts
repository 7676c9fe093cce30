import type { Knex } from 'knex';
import type { Json } from '../json.ts';
import { type Kind, type KindName, kinds } from '../packs/kinds.ts';
import type { Actual, ComponentRow } from './actual.ts';
import { type Settled, settle } from './known-columns.ts';
import { inventoryTable, type LoadedComponents, type Recall } from './row-memory.ts';

/** Each link and ref column is a member of its own name: objects that Postgres builds would be parsed row by row. */
interface Row {
  id: string;
  ref: string;
  pack_ref: string | null;
  pack: string | null;
  adhoc: boolean;
  name: string | null;
  enabled: boolean | null;
  columns: Readonly<Record<string, Json>> | null;
  /** It was compared with what is recorded; without columns then where it is the same. */
  compared: boolean;
  [link: string]: unknown;
}

/**
 * Every component in Attune, one query a kind: links can lead anywhere, so all are needed; the columns a pack's
 * files decide only of those whose refs the packs of interest can have, whatever their rows say. Where they are as
 * recorded Postgres compares them, which is much cheaper than reading them.
 */
export async function loadComponents(
  transaction: Knex.Transaction,
  interest: string[],
  missing: Actual['missing'],
  settled: Settled = settle(new Map()),
  recall?: Recall,
): Promise<LoadedComponents> {
  const before = recall !== undefined && isReadAlike(recall, interest, settled) ? recall.before?.found : undefined;
  const isKnown = (kind: Kind) =>
    recall?.isSame(inventoryTable, kind.table, ...(hasPack(kind) ? [] : ['runtime'])) === true;
  if (before !== undefined && kinds.every((kind) => missing.kinds.includes(kind.name) || isKnown(kind))) return before;
  const components = new Map<KindName, ReadonlyMap<string, ComponentRow>>();
  const differing: { kind: KindName; ref: string }[] = [];
  const compares = settled.packs.size > 0;
  for (const kind of kinds) {
    if (missing.kinds.includes(kind.name)) continue;
    const rowsBefore = isKnown(kind) ? before?.components.get(kind.name) : undefined;
    if (before !== undefined && rowsBefore !== undefined) {
      components.set(kind.name, rowsBefore);
      differing.push(...before.differing.filter((one) => one.kind === kind.name));
      continue;
    }
    const bindings = compares ? [interest, [...settled.packs]] : [interest];
    const { rows } = (await transaction.raw(selectComponents(kind, missing, compares), bindings)) as { rows: Row[] };
    const known = settled.known.get(kind.name);
    const found = new Map<string, ComponentRow>();
    for (const row of rows) {
      if (row.compared && row.columns !== null) differing.push({ kind: kind.name, ref: row.ref });
      found.set(row.ref, toComponentRow(kind, row, known?.get(row.ref)));
    }
    components.set(kind.name, found);
  }
  return { components, differing };
}

/** For the same packs, and compared with the same contents. */
function isReadAlike({ before }: Recall, interest: readonly string[], settled: Settled): boolean {
  if (before === null || before.settled !== settled) return false;
  return before.interest.size === interest.length && interest.every((ref) => before.interest.has(ref));
}

function selectComponents(kind: Kind, missing: Actual['missing'], compares: boolean): string {
  const columns = Object.keys(kind.columns).filter((column) => !missing.columns.includes(`${kind.table}.${column}`));
  const links = kind.links.flatMap(({ column, refColumn = column }) => [...new Set([column, refColumn])]);
  const identity = identityOf(kind);
  const whole = `jsonb_build_object(${columns.map((name) => `'${name}', t.${name}`).join(', ')})`;
  const recorded = `LEFT JOIN attune_sync.component c
    ON c.kind = '${kind.name}' AND c.ref = ${identity.ref} AND c.pack = ANY(?::text[])`;
  return `SELECT t.id, ${identity.ref} AS ref, ${identity.packRef} AS pack_ref,
                 ${hasPack(kind) ? 't.pack' : 'NULL'} AS pack,
                 ${kind.hasAdhoc ? 't.is_adhoc' : 'FALSE'} AS adhoc,
                 ${kind.name === 'runtime' ? 't.name' : 'NULL'} AS name,
                 ${kind.hasSwitch ? 't.enabled' : 'NULL::boolean'} AS enabled,
                 ${links.map((column) => `t.${column},`).join(' ')}
                 CASE WHEN split_part(${identity.ref}, '.', 1) = ANY(?::text[])
                      THEN ${compares ? `CASE WHEN ${isAsRecorded(kind, columns)} THEN NULL ELSE ${whole} END` : whole} END AS columns,
                 ${compares ? 'c.ref IS NOT NULL' : 'FALSE'} AS compared
            FROM ${kind.table} t ${identity.join} ${compares ? recorded : ''} ORDER BY 2`;
}

/**
 * SQL: the row holds what is recorded of each of these columns. One by one, because building an object of all of them to
 * compare costs Postgres twice as much. What was never recorded, as of a column that came later, is not the same as NULL.
 */
function isAsRecorded({ columns }: Kind, names: readonly string[]): string {
  const same = names.map((name) => {
    const type = columns[name]?.type;
    if (type === 'jsonb') return `c.columns -> '${name}' = coalesce(t.${name}, 'null')`;
    if (type === 'text[]') return `c.columns -> '${name}' = coalesce(to_jsonb(t.${name}), 'null')`;
    return `c.columns ->> '${name}' IS NOT DISTINCT FROM t.${name}::text`;
  });
  const known = `jsonb_exists_all(c.columns, ARRAY[${names.map((name) => `'${name}'`).join(', ')}])`;
  return [...same, known].join(' AND ');
}

/** How a kind's rows are named. A runtime version has no ref and no pack of its own: it goes by its runtime's. */
export function identityOf(kind: Kind): { ref: string; packRef: string; join: string } {
  return kind.name === 'runtime_version'
    ? { ref: `t.runtime_ref || '@' || t.version`, packRef: 'r.pack_ref', join: 'JOIN runtime r ON r.id = t.runtime' }
    : { ref: 't.ref', packRef: 't.pack_ref', join: '' };
}

function hasPack({ name }: Kind): boolean {
  return name !== 'runtime_version';
}

function toComponentRow(kind: Kind, row: Row, known: ComponentRow['columns'] | undefined): ComponentRow {
  const { id, ref, adhoc } = row;
  const links: Record<string, string | null> = {};
  const refs: Record<string, string | null> = {};
  for (const { column, refColumn } of kind.links) {
    links[column] = row[column] as string | null;
    if (refColumn !== undefined) refs[refColumn] = row[refColumn] as string | null;
  }
  const columns = row.columns ?? (row.compared ? known : undefined) ?? {};
  const found: Writable<ComponentRow> = {
    kind: kind.name,
    id,
    ref,
    packRef: row.pack_ref,
    adhoc,
    links,
    refs,
    columns,
  };
  if (hasPack(kind)) found.pack = row.pack;
  if (row.name !== null) found.name = row.name;
  if (row.enabled !== null) found.enabled = row.enabled;
  return found;
}

/** One literal and three assignments: of tens of thousands of rows, spreading optional members is felt. */
type Writable<T> = { -readonly [key in keyof T]: T[key] };
