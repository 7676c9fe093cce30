import type { Knex } from 'knex';
import type { Attachment } from '../actual/attachments.ts';
import { findAttachments } from '../actual/find-attachments.ts';
import { type Kind, kindOf, kinds } from '../packs/kinds.ts';
import { restoreSettings } from './preserve-settings.ts';
import { restoreWebhooks } from './preserve-webhooks.ts';
import { refSql } from './ref-sql.ts';
import { relinkRules } from './relink-rules.ts';
import { restoreRows } from './restore-rows.ts';
import { askedOf, createdOf, type RestoreScope } from './restore-scope.ts';
import { runStatement } from './run-statement.ts';

/** Whether anything but config waits to be put back: mostly nothing does, and one look is enough. */
export async function hasSetAside(transaction: Knex.Transaction): Promise<boolean> {
  const { rows } = await runStatement<{ found: boolean }>(
    transaction,
    `SELECT EXISTS (SELECT FROM attune_sync.preserved WHERE restored IS NULL AND kind <> 'config') AS found`,
    [],
  );
  return rows[0]?.found === true;
}

/**
 * Puts back what was set aside and has its place again: rows whose pack is there and that find what they cannot do
 * without, what hung on components whose refs are there, webhooks of triggers. Links lead to whatever has the ref now.
 * What people made anew meanwhile is not overwritten: the row set aside stays so.
 *
 * @param onRelinked told the refs of rules that found again what they name
 * @returns ids of `attune_sync.preserved` that were restored
 */
export async function restoreSetAside(
  transaction: Knex.Transaction,
  scope: RestoreScope,
  onRelinked: (refs: readonly string[]) => void = () => {},
): Promise<readonly string[]> {
  const restored: string[] = [];
  const made = new Map('ids' in scope ? [] : scope.created);
  const now: RestoreScope = 'ids' in scope ? scope : { created: made };
  for (const kind of await presentKinds(transaction)) {
    const rows = await findRows(transaction, kind, now);
    const ids = await restoreRows(transaction, targetOf(kind), [...rows.keys()]);
    made.set(kind.name, [...(made.get(kind.name) ?? []), ...ids.flatMap((id) => rows.get(id) ?? [])]);
    restored.push(...ids);
  }
  if (restored.length > 0) onRelinked(await relinkRules(transaction));
  for (const on of ['pack', ...kinds.map(({ name }) => name)] as const) {
    for (const attachment of await findAttachments(transaction, on)) {
      const ids = [...(await findAttached(transaction, attachment, now)).keys()];
      restored.push(...(await restoreRows(transaction, attachedTarget(attachment), ids)));
    }
  }
  restored.push(...(await restoreWebhooks(transaction, now)));
  restored.push(...(await restoreSettings(transaction, now)));
  restored.push(...(await restoreAge(transaction, now)));
  return restored;
}

async function presentKinds(transaction: Knex.Transaction): Promise<readonly Kind[]> {
  const { rows } = (await transaction.raw(
    'SELECT name FROM unnest(?::text[]) AS name WHERE to_regclass(name) IS NOT NULL',
    [kinds.map(({ table }) => table)],
  )) as { rows: { name: string }[] };
  const found = new Set(rows.map(({ name }) => name));
  return kinds.filter(({ table }) => found.has(table));
}

/** What a component cannot do without: a rule waits for what it names, everything else would mean another thing. */
export function needsOf({ name, links }: Kind): Kind['links'] {
  return name === 'rule' ? [] : links;
}

type Found = ReadonlyMap<string, string>;

/** By id, with their refs. Rows of packs in the inventory also return when only now something brings what they need. */
async function findRows(transaction: Knex.Transaction, kind: Kind, scope: RestoreScope): Promise<Found> {
  const needs = needsOf(kind);
  const met = needs.map(
    ({ column, kind: target }) =>
      `AND (v.links ->> '${column}' IS NULL
            OR EXISTS (SELECT FROM ${kindOf(target).table} l WHERE l.ref = v.links ->> '${column}'))`,
  );
  const brought = needs.map(({ column }) => `OR v.links ->> '${column}' = ANY(?::text[])`);
  return findSetAside(
    transaction,
    `v.kind = ? AND EXISTS (SELECT FROM pack p WHERE p.ref = v.pack) ${met.join(' ')}
       AND NOT EXISTS (SELECT FROM ${kind.table} t WHERE ${refSql(kind)} = v.ref)
       AND (v.id = ANY(?::bigint[]) OR v.pack = ANY(?::text[])
            OR v.pack IN (SELECT i.ref FROM attune_sync.pack i) AND (FALSE ${brought.join(' ')}))`,
    [kind.name, askedOf(scope), createdOf(scope, 'pack'), ...needs.map((link) => createdOf(scope, link.kind))],
  );
}

async function findAttached(
  transaction: Knex.Transaction,
  { on, table, column, owner, needs }: Attachment,
  scope: RestoreScope,
): Promise<Found> {
  const other =
    needs === undefined
      ? ''
      : `AND EXISTS (SELECT FROM ${needs.table} n WHERE n.id = (v.value ->> '${needs.column}')::bigint)`;
  return findSetAside(
    transaction,
    `v.kind = ? AND v.value ->> '${column}' IS NOT NULL AND EXISTS (SELECT FROM ${owner} c WHERE c.ref = v.ref)
       AND (v.id = ANY(?::bigint[]) OR v.ref = ANY(?::text[])) ${other}`,
    [table, askedOf(scope), createdOf(scope, on)],
  );
}

async function findSetAside(
  transaction: Knex.Transaction,
  condition: string,
  values: readonly (string | string[] | null)[],
): Promise<Found> {
  const { rows } = (await transaction.raw(
    `SELECT v.id, v.ref FROM attune_sync.preserved v WHERE v.restored IS NULL AND ${condition} ORDER BY v.id DESC`,
    [...values],
  )) as { rows: { id: string; ref: string }[] };
  return new Map(rows.map(({ id, ref }) => [id, ref]));
}

function targetOf({ name, table, links }: Kind) {
  const led = links.map(({ column, kind }): [string, string] => [
    column,
    `(SELECT l.id FROM ${kindOf(kind).table} l WHERE l.ref = v.links ->> '${column}')`,
  ]);
  const pack = name === 'runtime_version' ? {} : { pack: '(SELECT p.id FROM pack p WHERE p.ref = v.pack)' };
  return { table, identity: 'id', columns: { ...pack, ...Object.fromEntries(led) } };
}

/** `owner` of a key is the owner's id as text: Attune's trigger fills it. */
function attachedTarget({ table, column, owner }: Attachment) {
  const columns = {
    [column]: `(SELECT c.id FROM ${owner} c WHERE c.ref = v.ref)`,
    ...(table === 'key' ? { owner: 'NULL::text' } : {}),
  };
  return { table, identity: table === 'queue_stats' ? column : 'id', columns };
}

/** A pack that returns is as old as it was. */
async function restoreAge(transaction: Knex.Transaction, scope: RestoreScope): Promise<readonly string[]> {
  const { rows } = (await transaction.raw(
    `WITH old AS (
       SELECT v.ref, min((v.value ->> 'created')::timestamptz) AS created, array_agg(v.id) AS ids
         FROM attune_sync.preserved v
        WHERE v.restored IS NULL AND v.kind = 'pack' AND (v.id = ANY(?::bigint[]) OR v.ref = ANY(?::text[])) GROUP BY v.ref
     ), aged AS (
       UPDATE pack p SET created = least(p.created, old.created) FROM old WHERE p.ref = old.ref RETURNING old.ids
     )
     UPDATE attune_sync.preserved v SET restored = now() FROM aged WHERE v.id = ANY(aged.ids) RETURNING v.id`,
    [askedOf(scope), createdOf(scope, 'pack')],
  )) as { rows: { id: string }[] };
  return rows.map(({ id }) => id);
}
