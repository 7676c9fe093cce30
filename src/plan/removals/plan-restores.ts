import type { Actual, SetAside } from '../../actual/actual.ts';
import { type KindName, kindByName, kinds } from '../../packs/kinds.ts';
import type { ComponentIndex } from '../component-index.ts';
import type { Note, PackChange } from '../plan.ts';
import { noteReturning, noteWaiting } from './note-restores.ts';
import { ownerOf } from './owner-of.ts';

export interface Restores {
  readonly changes: readonly PackChange[];
  /** Of installed packs: what still waits although its pack is there. */
  readonly notes: readonly Note[];
}

/** What becomes of one group of rows that were set aside. */
interface Fate {
  readonly row: SetAside;
  /** The pack whose change brings it back; null where it waits. */
  readonly by: string | null;
  /** What it waits for, where its pack is or will be there. */
  readonly waits: string | null;
}

/**
 * What was set aside and comes back with the changes of this plan: with its pack, or with what it could not do without.
 * A row that a person made anew meanwhile is never overwritten; what was set aside stays so, and is said.
 */
export function planRestores(changes: readonly PackChange[], actual: Actual, index: ComponentIndex): Restores {
  if (actual.setAside.length === 0) return { changes, notes: [] };
  const world = createWorld(changes, actual, index);
  const order = new Map<string, number>(kinds.map(({ name }, position) => [name, position]));
  const sorted = [...actual.setAside].sort(
    (one, other) => (order.get(one.kind) ?? kinds.length) - (order.get(other.kind) ?? kinds.length),
  );
  const fates: Fate[] = [];
  for (const row of sorted) {
    const fate = settle(row, world);
    if (fate.by !== null) world.bring(row, fate.by);
    fates.push(fate);
  }
  const isInstalled = (pack: string) =>
    changes.some(({ ref, action }) => ref === pack && (action === 'install' || action === 'adopt'));
  return {
    changes: changes.map((change) => ({
      ...change,
      restores: [
        ...noteReturning(fates.filter(({ by }) => by === change.ref).map(({ row }) => row)),
        ...(isInstalled(change.ref) ? noteWaiting(fates.filter(({ row }) => row.pack === change.ref)) : []),
      ],
    })),
    notes: noteWaiting(fates.filter(({ row }) => !isInstalled(row.pack))),
  };
}

interface World {
  /** The pack whose change makes this, or null where it is there already; undefined where it is not. */
  find(kind: KindName | 'pack', ref: string): string | null | undefined;
  bring(row: SetAside, by: string): void;
}

/** What is there once the plan is applied, as far as its changes are not blocked. */
function createWorld(changes: readonly PackChange[], actual: Actual, index: ComponentIndex): World {
  const made = new Map<string, string>();
  const gone = new Set<string>();
  for (const { ref, action, pack, components, records, blocks } of changes) {
    if (blocks.length > 0) continue;
    if (action === 'remove') gone.add(`pack ${ref}`);
    else if ((pack.id === null && action !== 'forget') || action === 'adopt') {
      made.set(`pack ${ref}`, ref);
      for (const record of records) made.set(`${record.kind} ${record.ref}`, ref);
    }
    for (const { op, kind, ref: component } of components) {
      if (op === 'create') made.set(`${kind} ${component}`, ref);
      if (op === 'delete') gone.add(`${kind} ${component}`);
    }
  }
  return {
    find(kind, ref) {
      const key = `${kind} ${ref}`;
      const by = made.get(key);
      if (by !== undefined) return by;
      if (gone.has(key)) return undefined;
      const isThere = kind === 'pack' ? actual.packs.has(ref) : index.row(kind, ref) !== undefined;
      return isThere ? null : undefined;
    },
    bring: ({ kind, ref }, by) => void made.set(`${kind} ${ref}`, by),
  };
}

function settle(row: SetAside, world: World): Fate {
  const kind = kindByName.get(row.kind as KindName);
  if (kind === undefined) return settleAttached(row, world);
  const pack = world.find('pack', row.pack);
  if (pack === undefined) return { row, by: null, waits: null };
  const name = `${kind.name.replace('_', ' ')} ${row.ref}`;
  if (world.find(kind.name, row.ref) !== undefined) return { row, by: null, waits: `another ${name} is there` };
  const needs = kind.name === 'rule' ? [] : row.needs;
  const bringers = needs.map(({ column, ref }) => {
    const target = kind.links.find((link) => link.column === column)?.kind ?? 'action';
    return { target, ref, by: world.find(target, ref) };
  });
  const missing = bringers.find(({ by }) => by === undefined);
  if (missing !== undefined) {
    return { row, by: null, waits: `it needs the ${missing.target} ${missing.ref}, which is not there` };
  }
  const by = pack ?? bringers.find((one) => one.by != null)?.by ?? null;
  return { row, by, waits: by === null ? restorable(row.pack) : null };
}

/** What hung on something returns together with that, and else waits for a person. */
function settleAttached(row: SetAside, world: World): Fate {
  const by = world.find(ownerOf(row), row.ref);
  return { row, by: by ?? null, waits: null };
}

function restorable(pack: string): string {
  return `\`attune-sync preserved restore --pack ${pack}\` puts it back`;
}
