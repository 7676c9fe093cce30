import type { Actual, ComponentRow } from '../actual/actual.ts';
import type { WantedPack } from '../desired/desired.ts';
import { equalJson } from '../json.ts';
import type { Named } from '../packs/content.ts';
import { type KindName, kinds } from '../packs/kinds.ts';

/** What a name leads to once the plan is applied. */
export interface Target {
  readonly ref: string;
  /** Null where the row is created in this plan. */
  readonly id: string | null;
  readonly pack: string | null;
}

/** Looks names up in this plan first, then in Attune (design §2.9). */
export interface ComponentIndex {
  /**
   * What answers to a name after the plan, or null.
   * `held` is a row that a link holds already: it counts although its pack drops it, because what holds it blocks that.
   */
  readonly find: (kind: KindName, named: Named, held?: string | null) => Target | null;
  readonly row: (kind: KindName, ref: string) => ComponentRow | undefined;
  /** The ref of the row with this id, for people to read. */
  readonly refOf: (kind: KindName, id: string | null) => string | null;
  /** The row goes in this plan: it was recorded by its pack and left the pack's content. */
  readonly leaves: (kind: KindName, ref: string) => boolean;
  /** All rows that go, by kind and ref as `componentKey`. */
  readonly leaving: ReadonlySet<string>;
  /** The pack whose wanted content holds this component. */
  readonly wantedBy: (kind: KindName, ref: string) => string | undefined;
}

/** A component among those of all kinds; also how notes name rows. */
export function componentKey({ kind, ref }: { readonly kind: KindName; readonly ref: string }): string {
  return `${kind} ${ref}`;
}

interface Built {
  readonly inputs: readonly unknown[];
  readonly index: ComponentIndex;
}

/** By rows, what was built last: the plans of a daemon are mostly about the same rows and contents. */
const lastBuilt = new WeakMap<Actual['components'], Built>();

/**
 * Where names lead once this plan is done: to what it writes first, then to what is in the database and stays. With
 * `report`, a row that drift removed is not written, so that nothing leads to it.
 *
 * @param hindered packs that drop nothing, because their changes are not made
 */
export function indexComponents(
  wanted: readonly WantedPack[],
  actual: Actual,
  drift: 'repair' | 'report',
  hindered: ReadonlySet<string> = new Set(),
): ComponentIndex {
  if (hindered.size > 0) return buildIndex(wanted, actual, drift, hindered);
  const inputs = listInputs(wanted, actual, drift);
  const last = lastBuilt.get(actual.components);
  const isSame = last?.inputs.length === inputs.length && inputs.every((input, at) => input === last.inputs[at]);
  if (last !== undefined && isSame) return last.index;
  const index = buildIndex(wanted, actual, drift, hindered);
  lastBuilt.set(actual.components, { inputs, index });
  return index;
}

/** All that decides an index, beside the rows; each one the same object as long as it is the same. */
function listInputs(wanted: readonly WantedPack[], actual: Actual, drift: 'repair' | 'report'): readonly unknown[] {
  const ofPacks = wanted.flatMap(({ ref, content }) => {
    const recorded = actual.packs.get(ref)?.recorded;
    return [ref, content, recorded?.manager, recorded?.components];
  });
  return [drift, actual.manager, ...ofPacks];
}

function buildIndex(
  wanted: readonly WantedPack[],
  actual: Actual,
  drift: 'repair' | 'report',
  hindered: ReadonlySet<string>,
): ComponentIndex {
  // An index outlives its plan, and holds no more of it than the rows.
  const { components } = actual;
  const planned = indexPlanned(wanted);
  const wantedBy = (kind: KindName, ref: string) => planned.get(kind)?.get(ref);
  const unmade = drift === 'report' ? findUnmade(wanted, actual) : new Set<string>();
  const dropping = hindered.size === 0 ? wanted : wanted.filter(({ ref }) => !hindered.has(ref));
  const leaving = findLeaving(dropping, actual, wantedBy);
  const leaves = (kind: KindName, ref: string) => leaving.size > 0 && leaving.has(`${kind} ${ref}`);
  const row = (kind: KindName, ref: string) => components.get(kind)?.get(ref);
  const runtimeNames = indexRuntimeNames(wanted, actual, leaves);
  const refsById = new Map<KindName, ReadonlyMap<string, string>>();

  const findByRef = (kind: KindName, ref: string, held: string | null): Target | null => {
    const found = row(kind, ref);
    const pack = wantedBy(kind, ref);
    if (pack !== undefined && (unmade.size === 0 || !unmade.has(`${kind} ${ref}`)))
      return { ref, id: found?.id ?? null, pack };
    if (found === undefined || (leaves(kind, ref) && found.id !== held)) return null;
    return { ref, id: found.id, pack: found.packRef };
  };
  const refOf = (kind: KindName, id: string | null): string | null => {
    if (id === null) return null;
    const refs =
      refsById.get(kind) ?? new Map([...(components.get(kind)?.values() ?? [])].map((one) => [one.id, one.ref]));
    refsById.set(kind, refs);
    return refs.get(id) ?? null;
  };
  /** The runtime that a link holds already, where it has that name. */
  const heldByName = (name: string, held: string | null): string | null => {
    const ref = refOf('runtime', held);
    const found = ref === null ? undefined : row('runtime', ref);
    return found?.name?.toLowerCase() === name.toLowerCase() ? ref : null;
  };
  return {
    row,
    leaves,
    leaving,
    wantedBy,
    find(kind, named, held = null) {
      const found = findByRef(kind, named.ref, held);
      if (found !== null || kind !== 'runtime' || named.name === undefined) return found;
      const ref = runtimeNames.get(named.name.toLowerCase()) ?? heldByName(named.name, held);
      return ref === null ? null : findByRef(kind, ref, held);
    },
    refOf,
  };
}

function indexPlanned(wanted: readonly WantedPack[]): ReadonlyMap<KindName, ReadonlyMap<string, string>> {
  const planned = new Map<KindName, Map<string, string>>(kinds.map(({ name }) => [name, new Map()]));
  for (const { ref, content } of wanted) {
    for (const component of content.components) planned.get(component.kind)?.set(component.ref, ref);
  }
  return planned;
}

/** Rows of unmoved components that somebody deleted: with `drift: report` they are not made again. */
function findUnmade(wanted: readonly WantedPack[], actual: Actual): ReadonlySet<string> {
  const unmade = new Set<string>();
  for (const { ref, content } of wanted) {
    const gone = new Map(
      (actual.packs.get(ref)?.recorded?.components ?? [])
        .filter((one) => actual.components.get(one.kind)?.has(one.ref) !== true)
        .map((one) => [componentKey(one), one.columns]),
    );
    if (gone.size === 0) continue;
    for (const component of content.components) {
      const last = gone.get(componentKey(component));
      const unmoved = Object.entries(last ?? {}).every(([name, value]) =>
        equalJson(value, component.columns[name] ?? null),
      );
      if (last !== undefined && unmoved) unmade.add(componentKey(component));
    }
  }
  return unmade;
}

function findLeaving(
  wanted: readonly WantedPack[],
  actual: Actual,
  wantedBy: ComponentIndex['wantedBy'],
): ReadonlySet<string> {
  const leaving = new Set<string>();
  for (const { ref } of wanted) {
    const recorded = actual.packs.get(ref)?.recorded;
    if (recorded == null || recorded.manager !== actual.manager) continue;
    for (const component of recorded.components) {
      if (wantedBy(component.kind, component.ref) === ref) continue;
      const row = actual.components.get(component.kind)?.get(component.ref);
      if (row?.id === component.id && !row.adhoc && row.packRef === ref) leaving.add(componentKey(component));
    }
  }
  return leaving;
}

/** Runtimes by name in lower case; of several the first by ref, so that every plan takes the same one. */
function indexRuntimeNames(
  wanted: readonly WantedPack[],
  actual: Actual,
  leaves: (kind: KindName, ref: string) => boolean,
): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const { ref, name } of actual.components.get('runtime')?.values() ?? []) {
    if (name !== undefined && !leaves('runtime', ref)) names.set(ref, name);
  }
  for (const { content } of wanted) {
    for (const { kind, ref, columns } of content.components) {
      if (kind === 'runtime' && typeof columns.name === 'string') names.set(ref, columns.name);
    }
  }
  const sorted = [...names].sort(([one], [other]) => (one < other ? 1 : -1));
  return new Map(sorted.map(([ref, name]) => [name.toLowerCase(), ref]));
}
