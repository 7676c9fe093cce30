import type { Knex } from 'knex';
import { kindOf, kinds } from '../packs/kinds.ts';
import type { Actual, Hanging } from './actual.ts';
import type { Attachment } from './attachments.ts';
import { findAttachments } from './find-attachments.ts';
import { identityOf } from './load-components.ts';
import { settingsSql } from './settings-sql.ts';

/**
 * What hangs on these packs and their components beside what is counted of every pack, by pack ref: it is set aside with
 * what goes. Tables that a reader may not see are passed over.
 *
 * @param packs those that go, or lose components: of the others nobody needs to know
 */
export async function loadHanging(
  transaction: Knex.Transaction,
  packs: readonly string[],
  { kinds: absent }: Actual['missing'],
): Promise<ReadonlyMap<string, readonly Hanging[]>> {
  if (packs.length === 0) return new Map();
  const present = kinds.filter(({ name }) => !absent.includes(name));
  const counts = [
    `SELECT t.pack_ref AS pack, 'webhook' AS what, 'trigger' AS kind, t.ref, 1 AS count FROM trigger t
     WHERE t.webhook_key IS NULL AND t.webhook_config IS NOT NULL AND t.webhook_config <> '{}'::jsonb`,
  ];
  for (const kind of present) {
    const { ref, packRef, join } = identityOf(kind);
    counts.push(
      `SELECT ${packRef}, 'settings', '${kind.name}', ${ref}, 1 FROM ${kind.table} t ${join}
        WHERE ${settingsSql(kind)} IS NOT NULL`,
    );
  }
  for (const on of ['pack', ...present.map(({ name }) => name)] as const) {
    const found = await findAttachments(transaction, on);
    const readable = await readableAmong(
      transaction,
      found.filter(({ table }) => !counted.has(table)),
    );
    counts.push(...readable.map(countSql));
  }
  const { rows } = (await transaction.raw(
    `SELECT pack, what, kind, ref, count FROM (${counts.join(' UNION ALL ')}) h
      WHERE pack = ANY(?::text[]) ORDER BY pack, what, kind, ref`,
    [[...packs]],
  )) as { rows: (Hanging & { pack: string })[] };
  const byPack = new Map<string, Hanging[]>();
  for (const { pack, ...hanging } of rows) byPack.set(pack, [...(byPack.get(pack) ?? []), hanging]);
  return byPack;
}

/** Seen to by `loadAttached`, of every pack. */
const counted: ReadonlySet<string> = new Set(['key', 'permission_assignment']);

function countSql({ on, owner, table, column }: Attachment): string {
  const named = on === 'pack' ? { ref: 't.ref', packRef: 't.ref', join: '' } : identityOf(kindOf(on));
  return `SELECT ${named.packRef}, '${table}', '${on}', ${named.ref}, count(*)::int
            FROM ${table} x JOIN ${owner} t ON t.id = x.${column} ${named.join} GROUP BY 1, 4`;
}

async function readableAmong(
  transaction: Knex.Transaction,
  found: readonly Attachment[],
): Promise<readonly Attachment[]> {
  const tables = found.map(({ table }) => table);
  if (tables.length === 0) return [];
  const { rows } = (await transaction.raw(
    `SELECT name FROM unnest(?::text[]) name WHERE has_table_privilege(to_regclass(name), 'SELECT')`,
    [tables],
  )) as { rows: { name: string }[] };
  return found.filter(({ table }) => rows.some(({ name }) => name === table));
}
