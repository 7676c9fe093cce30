import type { Database } from '../../database/database.ts';
import { neededRights, type Right } from './needed-rights.ts';

/** What the role of this connection may do to one table. */
export interface TableRights {
  readonly schema: string;
  readonly table: string;
  /** With its schema, quoted where that is needed. */
  readonly name: string;
  readonly rights: readonly Right[];
}

export interface Rights {
  /** Quoted where that is needed, as are all names here. */
  readonly role: string;
  readonly database: string;
  /** It may make the schema `attune_sync`. */
  readonly mayCreate: boolean;
  /** Schemas that are there and that it may not enter. */
  readonly withoutUsage: readonly string[];
  /** Attune's tables that this tool knows, and all of `attune_sync`. */
  readonly tables: readonly TableRights[];
  /** That give these tables their ids. An identity column asks for no right of its own. */
  readonly deniedSequences: readonly string[];
}

/** From the catalogue, which every role may read. */
export async function readRights({ knex, schema }: Database): Promise<Rights> {
  const names = neededRights.map(({ table }) => table);
  const { rows } = (await knex.raw(
    `WITH known AS (
       SELECT c.oid, n.nspname AS schema, c.relname AS "table", format('%I.%I', n.nspname, c.relname) AS name
         FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p')
          AND (n.nspname = 'attune_sync' OR (n.nspname = ? AND c.relname = ANY(?::text[])))
     )
     SELECT quote_ident(current_user) AS role, quote_ident(current_database()) AS database,
       has_database_privilege(current_database(), 'CREATE') AS "mayCreate",
       ARRAY(SELECT quote_ident(nspname) FROM pg_namespace
              WHERE nspname IN (?, 'attune_sync') AND NOT has_schema_privilege(oid, 'USAGE') ORDER BY 1) AS "withoutUsage",
       coalesce((SELECT json_agg(json_build_object('schema', schema, 'table', "table", 'name', name, 'rights',
           ARRAY(SELECT wanted FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) wanted
                  WHERE has_table_privilege(known.oid, wanted))) ORDER BY name) FROM known), '[]') AS tables,
       ARRAY(SELECT format('%I.%I', n.nspname, s.relname) FROM known
               JOIN pg_depend d ON d.refobjid = known.oid AND d.deptype = 'a' AND d.classid = 'pg_class'::regclass
               JOIN pg_class s ON s.oid = d.objid
               JOIN pg_namespace n ON n.oid = s.relnamespace
              -- In a CASE, because the planner may ask it of what is no sequence, which is an error.
              WHERE CASE s.relkind WHEN 'S' THEN NOT has_sequence_privilege(s.oid, 'USAGE') ELSE FALSE END ORDER BY 1) AS "deniedSequences"`,
    [schema, names, schema],
  )) as { rows: Rights[] };
  const [rights] = rows;
  if (rights === undefined) throw new Error('the catalogue gives one row');
  return rights;
}
