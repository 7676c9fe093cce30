import type { Knex } from 'knex';
import type { PackContent } from '../packs/content.ts';
import { type KindName, kinds } from '../packs/kinds.ts';
import type { Actual, RecordedComponent } from './actual.ts';
import type { Settled } from './known-columns.ts';

/**
 * What was read last of the tables that hold many rows, for whoever reads them again and again. It is good for one server
 * that runs on: who keeps it holds a connection for as long, and forgets it with that.
 */
export interface RowMemory {
  rows: RememberedRows | null;
}

/** Rows of one moment, and what decided how they were read. */
export interface RememberedRows extends Moment {
  readonly missing: Actual['missing'];
  readonly interest: ReadonlySet<string>;
  readonly settled: Settled;
  /** Of this manager's packs, by ref: the content that was taken for what is recorded, and the components. */
  readonly recorded: ReadonlyMap<string, RecordedRows>;
  readonly found: LoadedComponents;
}

export interface LoadedComponents {
  readonly components: Actual['components'];
  /** Of the settled packs: rows that are not as they are recorded. */
  readonly differing: readonly { readonly kind: KindName; readonly ref: string }[];
}

export interface RecordedRows {
  /** Null where what is recorded was read whole. */
  readonly content: PackContent | null;
  readonly components: readonly RecordedComponent[];
}

export interface Moment {
  /** Equal ones are of the same moment: the server's, and its name for it. */
  readonly name: string;
  /** By table, equal as long as every row of it is the same version of the same row. */
  readonly versions: ReadonlyMap<string, string>;
}

/** What is remembered, and which of it is still so in this transaction. */
export interface Recall {
  readonly before: RememberedRows | null;
  readonly now: Moment;
  readonly isSame: (...tables: readonly string[]) => boolean;
}

export const inventoryTable = 'attune_sync.component';

/** Begins a reading with a memory: one cheap statement where nobody wrote anything, else one more. */
export async function recallRows(
  transaction: Knex.Transaction,
  { rows: before }: RowMemory,
  missing: Actual['missing'],
): Promise<Recall> {
  const name = await nameMoment(transaction);
  const isKnown = before !== null && sameMissing(before.missing, missing);
  const versions = isKnown && before.name === name ? before.versions : await readVersions(transaction, missing);
  const isSame = (table: string) => isKnown && before.versions.get(table) === versions.get(table);
  return { before: isKnown ? before : null, now: { name, versions }, isSame: (...tables) => tables.every(isSame) };
}

/** Names this moment of Postgres. A server that was started anew, or took over, may give a snapshot's name again. */
export async function nameMoment(transaction: Knex): Promise<string> {
  const { rows } = (await transaction.raw(
    `SELECT pg_postmaster_start_time()::text || ' ' || pg_current_snapshot()::text AS name`,
  )) as { rows: { name: string }[] };
  return rows[0]?.name ?? '';
}

/**
 * Each version of a row is of one transaction, which `xmin` names: with the row's key it is the same only for the same
 * row, unchanged. Hashing both is many times cheaper than reading what the rows hold.
 */
async function readVersions(
  transaction: Knex.Transaction,
  missing: Actual['missing'],
): Promise<ReadonlyMap<string, string>> {
  const tables = kinds.filter(({ name }) => !missing.kinds.includes(name)).map(({ table }) => table);
  const parts = [
    ...tables.map((table) => versionOf(table, 't.id')),
    versionOf(inventoryTable, 't.kind, t.ref, t.pack'),
  ];
  const { rows } = (await transaction.raw(parts.join(' UNION ALL '))) as { rows: { name: string; version: string }[] };
  return new Map(rows.map(({ name, version }) => [name, version]));
}

function versionOf(table: string, key: string): string {
  return `SELECT '${table}' AS name,
                 count(*) || ' ' || coalesce(sum(hash_record_extended(ROW(${key}, t.xmin), 0)), 0) AS version FROM ${table} t`;
}

function sameMissing(one: Actual['missing'], other: Actual['missing']): boolean {
  return one.kinds.join() === other.kinds.join() && one.columns.join() === other.columns.join();
}
