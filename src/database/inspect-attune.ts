import { SyncError } from '../errors.ts';
import { type Kind, type KindName, kinds, packColumns } from '../packs/kinds.ts';
import type { Database } from './database.ts';
import { describeError } from './describe-error.ts';
import { describePlace } from './describe-place.ts';

/** What an older Attune lacks and this tool can do without. */
export interface AttuneInspection {
  readonly missing: {
    readonly kinds: readonly KindName[];
    /** As `table.column`. */
    readonly columns: readonly string[];
  };
}

/**
 * Looks whether the schema is one of Attune that this program knows, in one query of the catalogue.
 * @throws SyncError `attune-missing` naming the schemas that have Attune's tables, `attune-columns` naming
 * what is missing, `attune-later` for a release that keeps packs in another way.
 */
export async function inspectAttune(database: Database): Promise<AttuneInspection> {
  const { schemas, tables } = await readCatalogue(database).catch((error: unknown) => {
    throw describeError(error, describePlace(database.connection));
  });
  if (tables.pack === undefined) throw attuneMissing(database, schemas);
  const has = (table: string, column: string) => tables[table]?.includes(column) === true;
  refuseLater(has, tables.sensor !== undefined);
  const missingKinds = kinds.filter(({ name, table }) => optionalKinds.includes(name) && tables[table] === undefined);
  const lacking = [
    ...fixedColumns,
    ...kinds.filter((kind) => !missingKinds.includes(kind)).flatMap(requiredColumns),
  ].filter(([table, column]) => !has(table, column));
  if (lacking.length > 0) throw columnsMissing(database.schema, lacking);
  const optional = kinds.flatMap(({ table, columns }) =>
    Object.entries(columns).flatMap(([column, { optional }]) => (optional === true ? [[table, column] as const] : [])),
  );
  return {
    missing: {
      kinds: missingKinds.map(({ name }) => name),
      columns: optional.filter(([table, column]) => !has(table, column)).map((names) => names.join('.')),
    },
  };
}

type Tables = Readonly<Record<string, readonly string[] | undefined>>;
type Place = readonly [table: string, column: string];

/** Came after the first release; seed 004. */
const optionalKinds: readonly KindName[] = ['runtime_version'];

/** Columns that are read or written beside those of the kinds. */
const fixedColumns: readonly Place[] = [
  ...[...Object.keys(packColumns), 'id', 'ref', 'config', 'created', 'source_type', 'source_url', 'source_ref'],
  ...['checksum', 'checksum_verified', 'installed_at', 'installed_by', 'installation_method', 'storage_path'],
]
  .map((column): Place => ['pack', column])
  .concat([
    ['identity', 'id'],
    ['identity', 'login'],
    ['key', 'owner_pack'],
    ['key', 'owner_action'],
    ['key', 'owner_sensor'],
    ['permission_assignment', 'permset'],
    ['execution', 'action'],
    ['execution', 'workflow_def'],
    ['workflow_execution', 'workflow_def'],
  ]);

function requiredColumns(kind: Kind): Place[] {
  const own = Object.entries(kind.columns).flatMap(([name, { optional }]) => (optional === true ? [] : [name]));
  const links = kind.links.flatMap(({ column, refColumn }) =>
    refColumn === undefined ? [column] : [column, refColumn],
  );
  return [
    'id',
    // A version of a runtime is found by its runtime, not by a ref and pack of its own.
    ...(kind.name === 'runtime_version' ? [] : ['ref', 'pack', 'pack_ref']),
    ...own,
    ...links,
    ...(kind.hasSwitch ? ['enabled'] : []),
    ...(kind.hasAdhoc ? ['is_adhoc'] : []),
  ].map((column) => [kind.table, column]);
}

async function readCatalogue({ knex, schema }: Database): Promise<{ schemas: readonly string[]; tables: Tables }> {
  const { rows } = (await knex.raw(
    `SELECT
       (SELECT coalesce(json_agg(n.nspname ORDER BY n.nspname), '[]')
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relname = 'pack' AND c.relkind IN ('r', 'p') AND n.nspname <> 'attune_sync') AS schemas,
       (SELECT coalesce(json_object_agg(tables.name, tables.columns), '{}') FROM (
          SELECT c.relname AS name, json_agg(a.attname ORDER BY a.attnum) AS columns
          FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
          WHERE n.nspname = ? AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
          GROUP BY c.relname
        ) AS tables) AS tables`,
    [schema],
  )) as { rows: { schemas: string[]; tables: Tables }[] };
  return rows[0] ?? { schemas: [], tables: {} };
}

function refuseLater(has: (table: string, column: string) => boolean, hasSensors: boolean): void {
  const sign = has('pack', 'active_release')
    ? 'it has pack.active_release'
    : hasSensors && !has('sensor', 'trigger')
      ? 'it has no sensor.trigger'
      : undefined;
  if (sign === undefined) return;
  throw new SyncError('attune-later', `This database belongs to a later release of Attune (${sign}).`, {
    hint: 'This release of attune-sync does not know its tables and changes nothing in it.',
  });
}

function attuneMissing({ schema, connection }: Database, schemas: readonly string[]): SyncError {
  const [one] = schemas;
  const elsewhere =
    one === undefined
      ? 'No other schema has them either.'
      : schemas.length === 1
        ? `Schema ${one} has them.`
        : `Schemas ${schemas.join(', ')} have them.`;
  const create = '`attune-sync migrate --create-attune-tables`';
  const hint =
    one === undefined
      ? `Is database.url that of Attune? An empty database gets Attune's tables by ${create}.`
      : `Set \`database.schema: ${one}\`, or have new ones made in ${schema} by ${create}.`;
  const message = `${describePlace(connection)} has no tables of Attune in schema ${schema}. ${elsewhere}`;
  return new SyncError('attune-missing', message, { hint });
}

function columnsMissing(schema: string, lacking: readonly Place[]): SyncError {
  const names = [...new Set(lacking.map((names) => names.join('.')))];
  return new SyncError('attune-columns', `Attune's tables in schema ${schema} lack ${names.join(', ')}.`, {
    hint: 'Was this database made by another release of Attune, or is its migration unfinished?',
  });
}
