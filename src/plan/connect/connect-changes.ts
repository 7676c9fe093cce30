import type { Actual } from '../../actual/actual.ts';
import { kindOf } from '../../packs/kinds.ts';
import { compareRefs } from '../compare-refs.ts';
import { type ComponentIndex, componentKey, type Target } from '../component-index.ts';
import { noteKeptFiles } from '../diff/diff-files.ts';
import type { PackDifference } from '../diff/diff-pack.ts';
import { noteFound } from '../diff/found-files.ts';
import type { Note, PackChange } from '../plan.ts';
import { findDependents } from './find-dependents.ts';
import { findNeeds } from './find-needs.ts';
import { findOrphans, noteOrphans, noteRelinks, type Unlinked } from './find-orphans.ts';
import { hintRenames } from './hint-renames.ts';
import { listKept, rowsByPack } from './list-kept.ts';
import { orderChanges, orderWithout } from './order-changes.ts';
import { settleDeletes, type Touched } from './settle-deletes.ts';

export interface ConnectedChanges {
  /** In apply order. */
  readonly changes: readonly PackChange[];
  /** By pack, those that come first only because it declares them. */
  readonly declared: ReadonlyMap<string, ReadonlySet<string>>;
  /** Orphaned rules of packs that do not change, unmanaged ones too, by pack. */
  readonly orphans: ReadonlyMap<string, readonly Note[]>;
}

/** Changes that are not made, and where names lead without what they would drop. */
export interface Hindrance {
  /** Packs. */
  readonly refs: ReadonlySet<string>;
  readonly index: ComponentIndex;
}

/**
 * What the changes of all packs do to each other and to what people made: blocks, orphans, relinks, order.
 *
 * @param index where names lead if all changes are made
 * @param skipsDependencies what is only declared gives way where packs declare each other
 */
export function connectChanges(
  differences: readonly PackDifference[],
  actual: Actual,
  index: ComponentIndex,
  skipsDependencies: boolean,
  hindrance: Hindrance = { refs: new Set(), index },
): ConnectedChanges {
  const touched = indexTouched(differences);
  const dependents = findDependents(actual, index);
  const { needs, declared } = findNeeds(differences, index);
  const settled = differences.flatMap(({ scope, change }) => {
    if (change === null) return [];
    const deletes = settleDeletes(change, { dependents, touched, needs }, scope.installed);
    for (const ref of deletes.after) {
      needs.get(change.ref)?.add(ref);
      declared.get(change.ref)?.delete(ref);
    }
    return { scope, change, deletes };
  });
  const order = skipsDependencies ? orderWithout(needs, declared) : { ...orderChanges(needs), needs };
  const changing = new Set(needs.keys());
  const all = findOrphans(actual, hindrance.index, touched).map((one) =>
    isAwaited(one.target, hindrance) ? { ...one, target: null } : one,
  );
  const isMade = (pack: string) => changing.has(pack) && !hindrance.refs.has(pack);
  const relinked = new Set(all.filter(({ target }) => target?.pack != null && isMade(target.pack)));
  const relinks = noteRelinks([...relinked]);
  const orphans = noteOrphans([
    ...all.filter((one) => !relinked.has(one)).map(({ row, ...one }) => ({ ...one, ref: row.ref, pack: row.packRef })),
    ...differences.flatMap(unresolvedRules),
    ...differences.flatMap((difference) => (hindrance.refs.size === 0 ? [] : awaitingRules(difference, hindrance))),
  ]);
  const rows = rowsByPack(actual, changing);

  const completed = settled.map(({ scope, change, deletes }): [string, PackChange] => {
    const blocks = [...change.blocks, ...deletes.blocks, ...cycleNotes(order.cycles.get(change.ref))];
    const own = {
      rows: rows.get(change.ref) ?? [],
      wanted: new Set(scope.wanted.content.components.map(componentKey)),
      overrides: [...scope.overrides.values()].sort((one, other) => compareRefs(one.field, other.field)),
    };
    return [
      change.ref,
      {
        ...change,
        after: [...(order.needs.get(change.ref) ?? [])].sort(compareRefs),
        keeps: [
          ...noteFound(scope),
          ...(scope.installed === undefined
            ? []
            : [...listKept(change, scope.installed, own), ...noteKeptFiles(scope)]),
        ],
        relinks: blocks.length > 0 ? [] : (relinks.get(change.ref) ?? []),
        orphans: [...deletes.orphans, ...(orphans.get(change.ref) ?? [])],
        blocks,
        warnings: [...change.warnings, ...hintRenames(change, scope.recorded), ...deletes.warnings],
      },
    ];
  });
  const byRef = new Map(completed);
  return {
    changes: order.refs.flatMap((ref) => byRef.get(ref) ?? []),
    declared,
    orphans: new Map([...orphans].filter(([pack]) => !changing.has(pack))),
  };
}

function indexTouched(differences: readonly PackDifference[]): Touched {
  const entries = differences.flatMap(({ change }) =>
    (change?.components ?? []).map(
      (component) => [componentKey(component), { pack: change?.ref ?? '', change: component }] as const,
    ),
  );
  return new Map(entries);
}

/** Rules of a pack's content that name something nothing answers to, whether their rows are there yet or not. */
function unresolvedRules({ scope, unresolved }: PackDifference): readonly Unlinked[] {
  return unresolved
    .filter(({ component }) => component.kind === 'rule')
    .map(({ component, kind, named }) => ({
      ref: component.ref,
      pack: scope.wanted.ref,
      kind,
      text: named.ref,
      target: null,
    }));
}

/** Rules of a changing pack that name what a change would bring that is not made. */
function awaitingRules({ scope, change }: PackDifference, { refs, index }: Hindrance): readonly Unlinked[] {
  const pack = scope.wanted.ref;
  if (change === null || refs.has(pack)) return [];
  return scope.wanted.content.components
    .filter(({ kind }) => kind === 'rule')
    .flatMap(({ ref, names }) =>
      kindOf('rule').links.flatMap(({ column, kind }): Unlinked[] => {
        const named = names[column];
        const target = named === undefined ? null : index.find(kind, named);
        return target !== null && isAwaited(target, { refs })
          ? [{ ref, pack, kind, text: target.ref, target: null }]
          : [];
      }),
    );
}

/** It would come with a change that is not made. */
function isAwaited(target: Target | null, { refs }: Pick<Hindrance, 'refs'>): boolean {
  return target?.pack != null && target.id === null && refs.has(target.pack);
}

function cycleNotes(path: readonly string[] | undefined): readonly Note[] {
  if (path === undefined) return [];
  const rows = [...new Set(path)].sort(compareRefs).map((ref) => `pack ${ref}`);
  return [{ code: 'cycle', sentence: `packs need each other: ${path.join(' → ')}`, rows }];
}
