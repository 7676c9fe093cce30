import type { Knex } from 'knex';
import { type KindName, kinds } from '../../packs/kinds.ts';

export interface ComponentEntry {
  readonly kind: KindName;
  readonly ref: string;
  readonly id: string;
  /** Null for kinds that people cannot switch. */
  readonly enabled: boolean | null;
  readonly adhoc: boolean;
  /** No inventory recorded it. */
  readonly unmanaged: boolean;
}

/** Every component row of one pack, in the order of kinds and then by ref. `recorded`: our tables are there. */
export async function readPackComponents(
  knex: Knex,
  options: { pack: string; recorded: boolean },
): Promise<ComponentEntry[]> {
  const { rows: found } = await knex.raw("SELECT to_regclass('runtime_version') IS NOT NULL AS found");
  const managed = await readManaged(knex, options);
  const entries: ComponentEntry[] = [];
  for (const kind of kinds) {
    if (kind.name === 'runtime_version' && found[0]?.found !== true) continue;
    for (const row of await readRows(knex, kind.name, options.pack)) {
      const { ref, id, enabled = null, is_adhoc: adhoc = false } = row;
      entries.push({ kind: kind.name, ref, id, enabled, adhoc, unmanaged: !managed.has(`${kind.name} ${ref}`) });
    }
  }
  return entries;
}

async function readManaged(knex: Knex, { pack, recorded }: { pack: string; recorded: boolean }): Promise<Set<string>> {
  if (!recorded) return new Set();
  const rows = await knex('attune_sync.component').where({ pack }).select('kind', 'ref');
  return new Set(rows.map(({ kind, ref }) => `${kind} ${ref}`));
}

interface Row {
  readonly ref: string;
  readonly id: string;
  readonly enabled?: boolean;
  readonly is_adhoc?: boolean;
}

async function readRows(knex: Knex, name: KindName, pack: string): Promise<Row[]> {
  if (name === 'runtime_version') {
    return knex('runtime_version as v')
      .join('runtime as r', 'r.id', 'v.runtime')
      .where('r.pack_ref', pack)
      .orderBy('r.ref')
      .orderBy('v.version')
      .select({ ref: knex.raw("r.ref || '@' || v.version"), id: 'v.id' });
  }
  const kind = kinds.find((candidate) => candidate.name === name);
  if (kind === undefined) return [];
  return knex(kind.table)
    .where('pack_ref', pack)
    .orderBy('ref')
    .select(['ref', 'id', ...(kind.hasSwitch ? ['enabled'] : []), ...(kind.hasAdhoc ? ['is_adhoc'] : [])]);
}
