import type { Knex } from 'knex';
import type { Attachment } from '../actual/attachments.ts';
import { findAttachments } from '../actual/find-attachments.ts';
import { type Kind, type KindName, kindOf } from '../packs/kinds.ts';
import { refSql } from './ref-sql.ts';

/** Whose rows are set aside, and why, for people to read. */
export interface SetAsideFor {
  readonly pack: string;
  readonly reason: string;
}

/**
 * Sets aside, in the transaction that deletes packs or components with these ids, the rows that go with them:
 * Attune's foreign keys would destroy them.
 */
export async function preserveAttached(
  transaction: Knex.Transaction,
  on: Attachment['on'],
  ids: readonly string[],
  { pack, reason }: SetAsideFor,
): Promise<void> {
  if (ids.length === 0) return;
  for (const { table, column, owner } of await findAttachments(transaction, on)) {
    await transaction.raw(
      `INSERT INTO attune_sync.preserved (pack, kind, ref, value, reason)
       SELECT ?, ?, c.ref, to_jsonb(x), ? FROM ${table} x JOIN ${owner} c ON c.id = x.${column}
        WHERE c.id = ANY(?::bigint[]) ORDER BY x.${column}`,
      [pack, table, reason, [...ids]],
    );
  }
}

/** Sets aside whole rows of one kind, with the refs of what they link to. */
export async function preserveRows(
  transaction: Knex.Transaction,
  name: KindName,
  ids: readonly string[],
  { pack, reason }: SetAsideFor,
): Promise<void> {
  if (ids.length === 0) return;
  const kind = kindOf(name);
  await transaction.raw(
    `INSERT INTO attune_sync.preserved (pack, kind, ref, value, links, reason)
     SELECT ?, ?, ${refSql(kind)}, to_jsonb(t), jsonb_build_object(${linksOf(kind)}), ?
       FROM ${kind.table} t WHERE t.id = ANY(?::bigint[]) ORDER BY t.id`,
    [pack, name, reason, [...ids]],
  );
}

/** What each link leads to. A rule without one still says what it names. */
function linksOf({ name, links }: Kind): string {
  return links
    .flatMap(({ column, refColumn, kind }) => {
      const led = `(SELECT l.ref FROM ${kindOf(kind).table} l WHERE l.id = t.${column})`;
      return [`'${column}'`, name === 'rule' && refColumn !== undefined ? `coalesce(${led}, t.${refColumn})` : led];
    })
    .join(', ');
}
