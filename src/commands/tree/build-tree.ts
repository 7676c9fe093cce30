import type { KindName } from '../../packs/kinds.ts';
import { compareRefs } from '../../plan/compare-refs.ts';
import type { PackStatus } from '../build-status.ts';
import type { OverrideEntry } from '../queries/find-overrides.ts';
import type { ComponentListing } from '../queries/list-components.ts';
import type { DegradedRow } from '../queries/read-degraded.ts';
import type { OrphanRow } from '../queries/read-orphans.ts';

/** What is to be known of a component at a glance. */
export type Mark = 'adhoc' | 'unmanaged' | 'disabled' | 'overridden' | 'degraded' | 'orphaned';

export interface TreeComponent {
  readonly kind: KindName;
  readonly ref: string;
  readonly marks: readonly Mark[];
  /** Of an orphaned rule. */
  readonly waitsFor: readonly string[];
}

export interface TreePack {
  readonly ref: string;
  /** Null where it is not in Attune. */
  readonly version: string | null;
  /** As `status` says it; of a pack that is not this manager's `installed`. */
  readonly state: PackStatus['state'];
  /** Packs that it says it needs, and whether they are there. */
  readonly needs: readonly {
    readonly ref: string;
    readonly constraint: string | null;
    readonly isInstalled: boolean;
  }[];
  /** Config keys that people set. */
  readonly setByPeople: readonly string[];
  readonly components: readonly TreeComponent[];
}

export interface Tree {
  /** This manager first, then the others, then what is nobody's. */
  readonly managers: readonly {
    /** Null: of no manager. */
    readonly name: string | null;
    readonly isOwn: boolean;
    /** By ref. */
    readonly packs: readonly TreePack[];
  }[];
  /** Components that belong to no pack. */
  readonly loose: readonly TreeComponent[];
}

export interface TreeFacts {
  readonly manager: string;
  /** In Attune. */
  readonly packs: readonly {
    readonly ref: string;
    readonly version: string;
    readonly manager: string | null;
    readonly needs: readonly { readonly ref: string; readonly constraint: string | null }[];
  }[];
  /** Of this manager, with those that are only desired. */
  readonly states: readonly PackStatus[];
  readonly components: readonly ComponentListing[];
  readonly overrides: readonly OverrideEntry[];
  readonly degraded: readonly DegradedRow[];
  readonly orphans: readonly OrphanRow[];
}

/** Joins what was read; pure. */
export function buildTree(facts: TreeFacts): Tree {
  const installed = new Map(facts.packs.map((pack) => [pack.ref, pack]));
  const states = new Map(facts.states.map((pack) => [pack.ref, pack]));
  const mark = createMarker(facts);
  const byPack = new Map<string | null, TreeComponent[]>();
  for (const component of facts.components) {
    const group = byPack.get(component.pack) ?? [];
    group.push(mark(component));
    byPack.set(component.pack, group);
  }
  const groups = new Map<string | null, TreePack[]>([[facts.manager, []]]);
  for (const ref of [...new Set([...installed.keys(), ...states.keys()])].sort(compareRefs)) {
    const pack = installed.get(ref);
    const status = states.get(ref);
    const manager = pack?.manager ?? (status === undefined ? null : facts.manager);
    const group = groups.get(manager) ?? [];
    groups.set(manager, group);
    group.push({
      ref,
      version: pack?.version ?? null,
      state: manager === facts.manager ? (status?.state ?? 'installed') : 'installed',
      needs: (pack?.needs ?? []).map((need) => ({ ...need, isInstalled: installed.has(need.ref) })),
      setByPeople: facts.overrides
        .filter(({ kind, pack }) => kind === 'pack' && pack === ref)
        .map(({ field }) => field),
      components: byPack.get(ref) ?? [],
    });
  }
  const others = [...groups.keys()]
    .filter((name): name is string => name !== null && name !== facts.manager)
    .sort(compareRefs);
  const order = [facts.manager, ...others, ...(groups.has(null) ? [null] : [])];
  const loose = [...byPack].filter(([pack]) => pack === null || !(installed.has(pack) || states.has(pack)));
  return {
    managers: order.map((name) => ({ name, isOwn: name === facts.manager, packs: groups.get(name) ?? [] })),
    loose: loose.flatMap(([, components]) => components),
  };
}

function createMarker({ overrides, degraded, orphans }: TreeFacts): (component: ComponentListing) => TreeComponent {
  const keyOf = ({ kind, ref }: { readonly kind: string; readonly ref: string }) => `${kind} ${ref}`;
  const set = new Set(overrides.map(keyOf));
  const broken = new Set(degraded.map(keyOf));
  const waiting = new Map(orphans.map(({ ref, missing }) => [ref, missing]));
  return (component) => {
    const { kind, ref, adhoc, recorded, enabled } = component;
    const waitsFor = kind === 'rule' ? (waiting.get(ref) ?? []) : [];
    const all: readonly (readonly [Mark, boolean])[] = [
      ['adhoc', adhoc],
      ['unmanaged', !adhoc && !recorded],
      ['disabled', enabled === false],
      ['overridden', set.has(keyOf(component))],
      ['degraded', broken.has(keyOf(component))],
      ['orphaned', waitsFor.length > 0],
    ];
    return { kind, ref, marks: all.flatMap(([mark, isSo]) => (isSo ? [mark] : [])), waitsFor };
  };
}
