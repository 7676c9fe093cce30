import type { Actual, ComponentRow } from '../../actual/actual.ts';
import type { Desired } from '../../desired/desired.ts';
import { kinds } from '../../packs/kinds.ts';
import { parseDependency } from '../../packs/parse/parse-dependencies.ts';
import { componentKey } from '../component-index.ts';
import type { ComponentChange, PackChange } from '../plan.ts';

/** What links to rows of packs that are to be removed. */
export interface PackUses {
  /** Rows of other packs, or of none, that would be destroyed or cut off. */
  readonly users: readonly { readonly row: string; readonly pack: string | null; readonly adhoc: boolean }[];
  /** Rules that lose what they name, by `kind ref` of that. */
  readonly orphans: ReadonlyMap<string, readonly string[]>;
  /** Packs whose changes come first, because they let go in this plan. */
  readonly after: ReadonlySet<string>;
}

interface Uses {
  readonly users: { row: string; pack: string | null; adhoc: boolean }[];
  readonly orphans: Map<string, string[]>;
  readonly after: Set<string>;
}

/** By pack that is to be removed. Rows are seen as they are after the other changes of this plan, as far as those are not blocked. */
export function findUsers(
  removed: ReadonlySet<string>,
  actual: Actual,
  changes: readonly PackChange[],
): ReadonlyMap<string, PackUses> {
  const uses = new Map<string, Uses>(
    [...removed].map((ref) => [ref, { users: [], orphans: new Map(), after: new Set() }]),
  );
  if (removed.size === 0) return uses;
  const rowsById = indexRows(removed, actual);
  const touched = new Map(
    changes
      .filter(({ blocks }) => blocks.length === 0)
      .flatMap(({ ref, components }) =>
        components.map((change) => [componentKey(change), { pack: ref, change }] as const),
      ),
  );
  const note = (row: Pick<ComponentRow, 'kind' | 'ref' | 'packRef' | 'adhoc'>, target: ComponentRow) => {
    const found = uses.get(target.packRef ?? '');
    if (found === undefined || row.packRef === target.packRef) return;
    const key = componentKey(row);
    if (row.kind !== 'rule') found.users.push({ row: key, pack: row.packRef, adhoc: row.adhoc });
    else if (row.packRef === null || !removed.has(row.packRef)) {
      const name = componentKey(target);
      found.orphans.set(name, [...(found.orphans.get(name) ?? []), key]);
    }
  };
  for (const kind of kinds.filter(({ links }) => links.length > 0)) {
    for (const row of actual.components.get(kind.name)?.values() ?? []) {
      for (const { column, kind: targetKind } of kind.links) {
        const target = rowsById.get(`${targetKind} ${row.links[column] ?? ''}`);
        if (target === undefined) continue;
        const other = touched.get(componentKey(row));
        if (other === undefined || !letsGo(other.change, column)) note(row, target);
        else if (other.pack !== target.packRef) uses.get(target.packRef ?? '')?.after.add(other.pack);
      }
    }
  }
  for (const { pack, change } of touched.values()) {
    for (const { kind, ref } of Object.values(change.links)) {
      const target = ref === null ? undefined : actual.components.get(kind)?.get(ref);
      if (target !== undefined) note({ ...change, packRef: pack, adhoc: false }, target);
    }
  }
  return uses;
}

/** What it will lead to instead, if to the same row, is found among the links that the plan writes. */
function letsGo({ op, links }: ComponentChange, column: string): boolean {
  return op === 'delete' || links[column] !== undefined;
}

function indexRows(packs: ReadonlySet<string>, actual: Actual): ReadonlyMap<string, ComponentRow> {
  const rows = new Map<string, ComponentRow>();
  for (const { name } of kinds) {
    for (const row of actual.components.get(name)?.values() ?? []) {
      if (row.packRef !== null && packs.has(row.packRef)) rows.set(`${name} ${row.id}`, row);
    }
  }
  return rows;
}

/**
 * What every pack that is installed, or will be, declares as its dependencies: a document's pack by the content that is
 * wanted of it, all others by their rows.
 */
export function declaredDependencies(desired: Desired, actual: Actual): ReadonlyMap<string, ReadonlySet<string>> {
  const declared = new Map<string, ReadonlySet<string>>();
  for (const { ref, columns } of actual.packs.values()) {
    const texts = Array.isArray(columns.dependencies) ? columns.dependencies : [];
    declared.set(ref, new Set(texts.map((text) => parseDependency(String(text)).ref)));
  }
  for (const { ref, content } of desired.packs) declared.set(ref, new Set(content.dependencies.map((one) => one.ref)));
  return declared;
}
