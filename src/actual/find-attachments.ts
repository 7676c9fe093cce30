import type { Knex } from 'knex';
import { kinds } from '../packs/kinds.ts';
import { type Attachment, attachments, passedOver } from './attachments.ts';

/**
 * What hangs on packs, or on components of one kind, in this Attune: what is known, and every other table whose rows
 * would be deleted along, because a later Attune or a plugin has some that nobody here has heard of.
 */
export async function findAttachments(
  transaction: Knex.Transaction,
  on: Attachment['on'],
): Promise<readonly Attachment[]> {
  const owner = kinds.find(({ name }) => name === on)?.table ?? 'pack';
  const { rows } = (await transaction.raw(
    `SELECT c.relname AS table, a.attname AS column
       FROM pg_constraint f JOIN pg_class c ON c.oid = f.conrelid
       JOIN pg_attribute a ON a.attrelid = f.conrelid AND a.attnum = f.conkey[1]
       JOIN pg_attribute i ON i.attrelid = f.conrelid AND i.attname = 'id' AND NOT i.attisdropped
      WHERE f.contype = 'f' AND f.confdeltype = 'c' AND cardinality(f.conkey) = 1 AND f.confrelid = to_regclass(?)
        AND c.oid = to_regclass(c.relname::text)
        AND quote_ident(c.relname) = c.relname AND quote_ident(a.attname) = a.attname ORDER BY 1, 2`,
    [owner],
  )) as { rows: { table: string; column: string }[] };
  const known = attachments.filter((attachment) => attachment.on === on);
  const present = new Set(rows.map(({ table }) => table));
  const strange = rows.filter(({ table }) => !familiar.has(table));
  return [
    ...known.filter(({ table, optional }) => optional !== true || present.has(table)),
    ...strange.map(({ table, column }): Attachment => ({ on, owner, table, column })),
  ];
}

/** Tables that are seen to in ways of their own, or not at all. */
const familiar: ReadonlySet<string> = new Set([
  ...kinds.map(({ table }) => table),
  ...attachments.map(({ table }) => table),
  ...passedOver,
  'execution',
]);
