import { compareRefs } from '../compare-refs.ts';

export interface Order {
  /** Every ref after those it needs; ties by ref. Members of a cycle come where they break it. */
  readonly refs: readonly string[];
  /** A way round, `a → b → a`, for each ref that is on a cycle. */
  readonly cycles: ReadonlyMap<string, readonly string[]>;
}

/** Orders refs so that each comes after those it needs (design §2.9). `needs` holds only refs among its keys. */
export function orderChanges(needs: ReadonlyMap<string, ReadonlySet<string>>): Order {
  const refs: string[] = [];
  const cycles = new Map<string, readonly string[]>();
  let waiting = new Map([...needs].sort(([one], [other]) => compareRefs(one, other)));
  while (waiting.size > 0) {
    const rest = takeReady(waiting, refs);
    if (rest.size === 0) break;
    const knot = withoutNeeded(rest);
    const before = cycles.size;
    for (const ref of [...knot.keys()].sort(compareRefs)) {
      const path = findCycle(ref, knot);
      if (path === null) continue;
      cycles.set(ref, path);
      refs.push(ref);
      rest.delete(ref);
    }
    if (cycles.size === before) throw new Error('packs wait for each other, but on no cycle');
    waiting = withoutDone(rest);
  }
  return { refs, cycles };
}

/**
 * The same, where only a part of the needs must be kept: the others give way on cycles.
 *
 * @param soft those of `needs` that may give way
 * @returns also the needs that are left
 */
export function orderWithout(
  needs: ReadonlyMap<string, ReadonlySet<string>>,
  soft: ReadonlyMap<string, ReadonlySet<string>>,
): Order & { readonly needs: ReadonlyMap<string, ReadonlySet<string>> } {
  const wished = orderChanges(needs);
  if (wished.cycles.size === 0) return { ...wished, needs };
  const knot = new Set(wished.cycles.keys());
  const isKept = (ref: string, need: string) => !(knot.has(ref) && knot.has(need) && soft.get(ref)?.has(need) === true);
  const possible = new Map(
    [...needs].map(([ref, all]) => [ref, new Set([...all].filter((need) => isKept(ref, need)))]),
  );
  return { ...orderChanges(possible), needs: possible };
}

/** Appends to `refs`, in waves, what needs nothing that still waits; returns the rest. */
function takeReady(needs: ReadonlyMap<string, ReadonlySet<string>>, refs: string[]): Map<string, ReadonlySet<string>> {
  const rest = new Map(needs);
  const open = new Map([...needs].map(([ref, { size }]) => [ref, size]));
  const neededBy = invert(needs);
  let wave = [...needs].filter(([, { size }]) => size === 0).map(([ref]) => ref);
  while (wave.length > 0) {
    const next: string[] = [];
    for (const ref of wave) {
      refs.push(ref);
      rest.delete(ref);
      for (const other of neededBy.get(ref) ?? []) {
        const left = (open.get(other) ?? 0) - 1;
        open.set(other, left);
        if (left === 0) next.push(other);
      }
    }
    wave = next.sort(compareRefs);
  }
  return withoutDone(rest);
}

/** What others still need; the rest only waits for a cycle and is on none. */
function withoutNeeded(needs: ReadonlyMap<string, ReadonlySet<string>>): ReadonlyMap<string, ReadonlySet<string>> {
  const ends: string[] = [];
  takeReady(invertAll(needs), ends);
  const outside = new Set(ends);
  return withoutDone(new Map([...needs].filter(([ref]) => !outside.has(ref))));
}

function withoutDone(needs: ReadonlyMap<string, ReadonlySet<string>>): Map<string, ReadonlySet<string>> {
  return new Map([...needs].map(([ref, all]) => [ref, new Set([...all].filter((need) => needs.has(need)))]));
}

function invert(needs: ReadonlyMap<string, ReadonlySet<string>>): ReadonlyMap<string, readonly string[]> {
  const neededBy = new Map<string, string[]>();
  for (const [ref, all] of needs) {
    for (const need of all) {
      const found = neededBy.get(need);
      if (found === undefined) neededBy.set(need, [ref]);
      else found.push(ref);
    }
  }
  return neededBy;
}

function invertAll(needs: ReadonlyMap<string, ReadonlySet<string>>): ReadonlyMap<string, ReadonlySet<string>> {
  const neededBy = invert(needs);
  return new Map([...needs.keys()].map((ref) => [ref, new Set(neededBy.get(ref))]));
}

/** The shortest way from a ref back to itself, along what it needs; null where there is none. */
function findCycle(start: string, needs: ReadonlyMap<string, ReadonlySet<string>>): readonly string[] | null {
  const cameFrom = new Map<string, string>();
  let wave = [start];
  while (wave.length > 0) {
    const next: string[] = [];
    for (const ref of wave) {
      for (const need of [...(needs.get(ref) ?? [])].sort(compareRefs)) {
        if (need === start) return [...wayTo(ref, start, cameFrom), start];
        if (cameFrom.has(need)) continue;
        cameFrom.set(need, ref);
        next.push(need);
      }
    }
    wave = next;
  }
  return null;
}

function wayTo(end: string, start: string, cameFrom: ReadonlyMap<string, string>): string[] {
  const way = [end];
  for (let ref = end; ref !== start; ) {
    ref = cameFrom.get(ref) ?? start;
    way.unshift(ref);
  }
  return way;
}
