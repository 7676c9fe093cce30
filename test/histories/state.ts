import type { KindName } from '../../src/packs/kinds.ts';
import { kindOf, kinds } from '../../src/packs/kinds.ts';
import type { HistoryFleet } from './world.ts';

export type Values = Readonly<Record<string, unknown>>;

/** A component's row. */
export interface Row {
  readonly kind: KindName;
  readonly ref: string;
  readonly pack: string | null;
  readonly id: string;
  readonly values: Values;
  /** By link column, the ref of what it leads to. */
  readonly links: Readonly<Record<string, string | null>>;
}

/** A row that hangs on something: `on` is `kind ref` of that. */
export interface Hung {
  readonly table: string;
  readonly on: string | null;
  readonly values: Values;
}

/** Everything there is, by what it leads to. */
export interface State {
  /** By `kind ref`. */
  readonly rows: ReadonlyMap<string, Row>;
  readonly packs: ReadonlyMap<string, { readonly id: string; readonly config: Readonly<Record<string, string>> }>;
  /** Refs of packs in the inventory. */
  readonly managed: ReadonlySet<string>;
  readonly hung: readonly Hung[];
  /** What is set aside and was not restored. */
  readonly preserved: readonly Values[];
}

export async function readState(fleet: HistoryFleet, like: 'ours' | 'attune'): Promise<State> {
  const lines = await fleet.ask<{ what: string; ref: string | null; row: Values; links: Row['links'] }>('state', () =>
    queriesOf(like),
  );
  const rows = new Map<string, Row>();
  const packs = new Map<string, { id: string; config: Record<string, string> }>();
  const managed = new Set<string>();
  const hung: Hung[] = [];
  const preserved: Values[] = [];
  for (const { what, ref, row, links } of lines) {
    if (what === 'pack') packs.set(String(ref), { id: String(row.id), config: row.config as Record<string, string> });
    else if (what === 'managed') managed.add(String(ref));
    else if (what === 'preserved') preserved.push(row);
    else if (what.startsWith('hung ')) hung.push({ table: what.slice(5), on: ref, values: row });
    else {
      const kind = what as KindName;
      const pack = kind === 'runtime_version' ? (String(ref).split('.')[0] ?? null) : (row.pack_ref as string | null);
      rows.set(`${kind} ${ref}`, { kind, ref: String(ref), pack, id: String(row.id), values: row, links });
    }
  }
  return { rows, packs, managed, hung, preserved };
}

const select = (what: string, ref: string, from: string, links = `'{}'::jsonb`) =>
  `SELECT '${what}' AS what, ${ref} AS ref, to_jsonb(t) AS row, ${links} AS links FROM ${from} t`;

const hangs = (table: string, on: KindName | 'pack', column: string) => {
  const owner = on === 'pack' ? 'pack' : kindOf(on).table;
  return `${select(`hung ${table}`, `'${on} ' || (SELECT o.ref FROM ${owner} o WHERE o.id = t.${column})`, table)} WHERE t.${column} IS NOT NULL`;
};

function queriesOf(like: 'ours' | 'attune'): string {
  const components = kinds
    .filter(({ name }) => like === 'ours' || name !== 'runtime_version')
    .map(({ name, table, links }) => {
      const led = links.map(
        ({ column, kind }) => `'${column}', (SELECT l.ref FROM ${kindOf(kind).table} l WHERE l.id = t.${column})`,
      );
      const ref = name === 'runtime_version' ? `t.runtime_ref || '@' || t.version` : 't.ref';
      return select(name, ref, table, `jsonb_build_object(${led.join(', ')})`);
    });
  return [
    ...components,
    select('pack', 't.ref', 'pack'),
    select('managed', 't.ref', 'attune_sync.pack'),
    `${select('preserved', 't.ref', 'attune_sync.preserved')} WHERE t.restored IS NULL`,
    hangs('key', 'pack', 'owner_pack'),
    hangs('key', 'action', 'owner_action'),
    hangs('key', 'sensor', 'owner_sensor'),
    hangs('queue_stats', 'action', 'action_id'),
    hangs('permission_assignment', 'permission_set', 'permset'),
    hangs('workflow_execution', 'workflow', 'workflow_def'),
    `${select('hung webhook', `'trigger ' || t.ref`, 'trigger')} WHERE t.webhook_key IS NOT NULL`,
    select('hung execution', `'action ' || (SELECT o.ref FROM action o WHERE o.id = t.action)`, 'execution'),
  ].join(' UNION ALL ');
}

/** Everything in Postgres, with the transaction that wrote it last: equal where nothing was written. */
export async function readFingerprint(fleet: HistoryFleet): Promise<string> {
  const lines = await fleet.ask<{ line: string }>('fingerprint', async () => {
    const tables = await fleet.sql<{ name: string }>(
      `SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) AS name FROM pg_tables
        WHERE schemaname IN ('attune', 'attune_sync') AND tablename NOT LIKE 'migration%' ORDER BY 1`,
    );
    const parts = tables.map(
      ({ name }) =>
        `SELECT '${name}' || ' ' || count(*) || ' ' || coalesce(sum(hashtext(t.xmin::text || ' ' || t.ctid::text)), 0) AS line FROM ${name} t`,
    );
    const sequences = `SELECT sequencename || ' ' || coalesce(last_value, 0) AS line FROM pg_sequences WHERE schemaname IN ('attune', 'attune_sync')`;
    return `${[...parts, sequences].join(' UNION ALL ')} ORDER BY 1`;
  });
  return lines.map(({ line }) => line).join('\n');
}
