import type { Knex } from 'knex';
import { attachments } from '../../actual/attachments.ts';
import { needsOf } from '../../apply/restore-set-aside.ts';
import { type KindName, kindByName, kindOf, kinds } from '../../packs/kinds.ts';
import type { PreservedEntry } from './read-preserved.ts';

/** Why rows that are set aside cannot be put back now, by id; null where nothing is known to stand in the way. */
export async function explainWaiting(
  knex: Knex,
  rows: readonly PreservedEntry[],
): Promise<ReadonlyMap<string, string | null>> {
  const found = await lookUp(knex, rows);
  return new Map(rows.map((row) => [row.id, explain(row, found)]));
}

type Found = ReadonlySet<string>;

function explain(row: PreservedEntry, found: Found): string | null {
  const { kind, ref, pack, field } = row;
  if (kind === 'config') {
    if (!found.has(`pack ${pack}`)) return notThere('pack', pack);
    return found.has(`config ${pack} ${field}`) ? `the config of ${pack} has a value for ${field}` : null;
  }
  const component = kindByName.get(kind as KindName);
  if (component !== undefined) {
    if (!found.has(`pack ${pack}`)) return notThere('pack', pack);
    if (found.has(`${kind} ${ref}`)) return `another ${kind.replace('_', ' ')} ${ref} is there`;
    const missing = needsOf(component)
      .map((link) => ({ kind: link.kind, ref: row.links[link.column] ?? null }))
      .find((need) => need.ref !== null && !found.has(`${need.kind} ${need.ref}`));
    return missing === undefined ? null : notThere(missing.kind, missing.ref ?? '');
  }
  const owner = ownerOf(row);
  if (owner === null) return kinds.some(({ name }) => found.has(`${name} ${ref}`)) ? null : `${ref} is not there`;
  if (!found.has(`${owner} ${ref}`)) return notThere(owner, ref);
  return kind === 'webhook' && found.has(`webhook ${ref}`) ? `the trigger ${ref} has another webhook` : null;
}

function notThere(kind: string, ref: string): string {
  return `the ${kind.replace('_', ' ')} ${ref} is not there`;
}

/** What a row hung on; null where only its ref tells, of tables that nobody here has heard of. */
export function ownerOf({
  kind,
  ref,
  owner,
}: Pick<PreservedEntry, 'kind' | 'ref' | 'owner'>): KindName | 'pack' | null {
  if (kind === 'webhook') return 'trigger';
  if (owner === 'pack' || kindByName.has(owner as KindName)) return owner as KindName | 'pack';
  return attachments.find(({ table }) => table === kind)?.on ?? (ref.includes('.') ? null : 'pack');
}

/** Of everything these rows ask for, what is there: `kind ref`, `webhook ref` and `config pack key`. */
async function lookUp(knex: Knex, rows: readonly PreservedEntry[]): Promise<Found> {
  const refs = [...new Set(rows.flatMap(({ pack, ref, links }) => [pack, ref, ...Object.values(links)]))].filter(
    (ref) => ref !== null,
  );
  const { rows: tables } = (await knex.raw(
    'SELECT name FROM unnest(?::text[]) AS name WHERE to_regclass(name) IS NOT NULL',
    [kinds.map(({ table }) => table)],
  )) as { rows: { name: string }[] };
  const present = new Set(tables.map(({ name }) => name));
  const named = kinds.filter(({ table, name }) => present.has(table) && name !== 'runtime_version');
  const versions = present.has('runtime_version')
    ? [`SELECT 'runtime_version ' || runtime_ref || '@' || version FROM runtime_version`]
    : [];
  const { rows: found } = (await knex.raw(
    [
      `SELECT 'pack ' || ref AS key FROM pack WHERE ref = ANY(?::text[])`,
      `SELECT 'config ' || p.ref || ' ' || k FROM pack p, jsonb_object_keys(p.config) k WHERE p.ref = ANY(?::text[])`,
      `SELECT 'webhook ' || ref FROM trigger WHERE webhook_key IS NOT NULL AND ref = ANY(?::text[])`,
      ...named.map(({ name }) => `SELECT '${name} ' || ref FROM ${kindOf(name).table} WHERE ref = ANY(?::text[])`),
      ...versions,
    ].join(' UNION ALL '),
    Array.from({ length: 3 + named.length }, () => refs),
  )) as { rows: { key: string }[] };
  return new Set(found.map(({ key }) => key));
}
