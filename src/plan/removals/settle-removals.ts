import type { Actual } from '../../actual/actual.ts';
import type { Desired } from '../../desired/desired.ts';
import { compareRefs } from '../compare-refs.ts';
import { orderChanges } from '../connect/order-changes.ts';
import type { Note, PackChange } from '../plan.ts';
import { declaredDependencies, findUsers, type PackUses } from './find-users.ts';

/**
 * Removals as they fit to each other and to everything else: a pack goes after those that use it, and is blocked while
 * one that uses it stays. Rules block nothing; they become orphans and are listed.
 *
 * @param changes all other changes of the plan; they are applied before the removals
 * @returns in apply order
 */
export function settleRemovals(
  removals: readonly PackChange[],
  changes: readonly PackChange[],
  {
    desired,
    actual,
    skipDependencies = false,
  }: { readonly desired: Desired; readonly actual: Actual; readonly skipDependencies?: boolean },
): readonly PackChange[] {
  const removed = new Set(removals.filter(({ action }) => action === 'remove').map(({ ref }) => ref));
  const uses = findUsers(removed, actual, changes);
  const declared = declaredDependencies(desired, actual);
  const { needs, soft } = findNeeds(removed, uses, declared);
  const order = orderWithout(needs, soft);
  const byRef = new Map(removals.map((change) => [change.ref, change]));
  const settled = new Map<string, PackChange>();
  for (const ref of order.refs) {
    const change = byRef.get(ref);
    if (change === undefined) continue;
    const use = uses.get(ref) ?? noUses;
    const first = [...(order.needs.get(ref) ?? [])].sort(compareRefs);
    const stuck = first.filter((other) => (settled.get(other)?.blocks.length ?? 0) > 0);
    settled.set(ref, {
      ...change,
      after: [...new Set([...first, ...use.after])].sort(compareRefs),
      orphans: noteOrphans(use),
      blocks: [
        ...change.blocks,
        ...noteUsers(use, removed),
        ...(skipDependencies ? [] : noteDeclared(ref, removed, declared)),
        ...noteStuck(stuck),
        ...noteCycle(order.cycles.get(ref)),
      ],
    });
  }
  return [...settled.values(), ...removals.filter(({ action }) => action !== 'remove')];
}

const noUses: PackUses = { users: [], orphans: new Map(), after: new Set() };

type Needs = Map<string, Set<string>>;

/** For every pack that goes, those that must go before it; `soft`: only because they declare it. */
function findNeeds(
  removed: ReadonlySet<string>,
  uses: ReadonlyMap<string, PackUses>,
  declared: ReadonlyMap<string, ReadonlySet<string>>,
): { readonly needs: Needs; readonly soft: Needs } {
  const needs: Needs = new Map([...removed].map((ref) => [ref, new Set()]));
  const soft: Needs = new Map([...removed].map((ref) => [ref, new Set()]));
  for (const ref of removed) {
    for (const { pack } of uses.get(ref)?.users ?? []) {
      if (pack !== null && removed.has(pack)) needs.get(ref)?.add(pack);
    }
    for (const other of removed) {
      if (other !== ref && declared.get(other)?.has(ref) === true) soft.get(ref)?.add(other);
    }
  }
  return { needs, soft };
}

/** What is only declared gives way where packs declare each other: no row stands in the way of either. */
function orderWithout(needs: Needs, soft: Needs) {
  const all = merge(needs, soft);
  const wished = orderChanges(all);
  if (wished.cycles.size === 0) return { ...wished, needs: all };
  const knot = new Set(wished.cycles.keys());
  const loose = new Map(
    [...soft].map(([ref, others]) => [ref, new Set([...others].filter((other) => !knot.has(ref) || !knot.has(other)))]),
  );
  const possible = merge(needs, loose);
  return { ...orderChanges(possible), needs: possible };
}

function merge(one: Needs, other: Needs): Needs {
  return new Map([...one].map(([ref, all]) => [ref, new Set([...all, ...(other.get(ref) ?? [])])]));
}

function noteOrphans({ orphans }: PackUses): Note[] {
  return [...orphans]
    .sort(([one], [other]) => compareRefs(one, other))
    .map(([name, rules]) => ({
      code: 'orphaned-rule',
      sentence: `lose the ${name}`,
      rows: [...new Set(rules)].sort(compareRefs),
    }));
}

/** Users named in a sentence; a runtime that every pack needs has hundreds. */
const mostNamed = 3;

function noteUsers({ users }: PackUses, removed: ReadonlySet<string>): Note[] {
  const staying = users.filter(({ pack }) => pack === null || !removed.has(pack));
  if (staying.length === 0) return [];
  const named = new Map(staying.map(({ row, adhoc }) => [row, adhoc ? `ad-hoc ${row}` : row]));
  const rows = [...named.keys()].sort(compareRefs);
  const hidden = rows.length - mostNamed;
  const shown = rows.slice(0, hidden > 1 ? mostNamed : rows.length).map((row) => named.get(row) ?? row);
  const listed = `${shown.join(', ')}${hidden > 1 ? ` and ${hidden} more` : ''}`;
  return [{ code: 'in-use', sentence: `in use by ${listed}, which would go with it`, rows }];
}

function noteDeclared(
  ref: string,
  removed: ReadonlySet<string>,
  declared: ReadonlyMap<string, ReadonlySet<string>>,
): Note[] {
  const packs = [...declared].filter(([pack, refs]) => pack !== ref && !removed.has(pack) && refs.has(ref));
  if (packs.length === 0) return [];
  const names = packs.map(([pack]) => pack).sort(compareRefs);
  const which = names.length === 1 ? `the pack ${names[0]} declares` : `the packs ${names.join(', ')} declare`;
  return [{ code: 'dependency', sentence: `${which} it as a dependency`, rows: names.map((name) => `pack ${name}`) }];
}

function noteStuck(packs: readonly string[]): Note[] {
  if (packs.length === 0) return [];
  const which = packs.length === 1 ? `the pack ${packs[0]} uses` : `the packs ${packs.join(', ')} use`;
  const sentence = `${which} it and cannot be removed yet`;
  return [{ code: 'used-by-blocked', sentence, rows: packs.map((ref) => `pack ${ref}`) }];
}

function noteCycle(path: readonly string[] | undefined): Note[] {
  if (path === undefined) return [];
  const rows = [...new Set(path)].sort(compareRefs).map((ref) => `pack ${ref}`);
  return [{ code: 'cycle', sentence: `packs use each other: ${path.join(' → ')}`, rows }];
}
