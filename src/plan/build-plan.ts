import type { Actual, Override } from '../actual/actual.ts';
import type { Desired, WantedPack } from '../desired/desired.ts';
import type { Problem } from '../errors.ts';
import { comparePositions } from '../problems/order-problems.ts';
import { checkReinstalls } from './check-reinstalls.ts';
import { checkTargets } from './check-targets.ts';
import { compareRefs } from './compare-refs.ts';
import { type ComponentIndex, componentKey, indexComponents } from './component-index.ts';
import { connectChanges, type Hindrance } from './connect/connect-changes.ts';
import { checkDependencies, noteUnmet } from './dependencies/check-dependencies.ts';
import { degradedOf, diffPack, type PackDifference } from './diff/diff-pack.ts';
import { equipChange } from './environments/equip-change.ts';
import { leaveWorkers } from './environments/leave-workers.ts';
import { lookUpRuntimes, planEnvironments } from './environments/plan-environments.ts';
import { findHindered, warnOfWaiting } from './find-hindered.ts';
import { changeHold, listHeld, noteEnded, noteHeld } from './holds.ts';
import { namedBy } from './named-by.ts';
import { buildScope, type PlanOptions } from './pack-scope.ts';
import type { Note, PackChange, Plan } from './plan.ts';
import { planRemovals } from './removals/plan-removals.ts';
import { planRestores } from './removals/plan-restores.ts';
import { noteLeft } from './safeguards/find-replaced.ts';
import { type GuardedChanges, guardChanges } from './safeguards/guard-changes.ts';
import { blockSuspended, findSuspensions, isSuspended, noteSuspended } from './suspensions.ts';

/**
 * The changes that lead from actual to desired. Pure: the same input, in any order, gives the same plan.
 *
 * @throws SyncError `unknown-target`, `cannot-reinstall`
 */
export function buildPlan(desired: Desired, actual: Actual, options: PlanOptions): Plan {
  const { targets } = options;
  const skips = options.skipDependencies === true;
  if (targets !== undefined) checkTargets(targets, desired, actual);
  checkReinstalls(options, desired, actual);
  const chosen = new Set(targets);
  const isTarget = (ref: string) => targets === undefined || chosen.has(ref);

  const wanted = desired.packs.filter(({ ref }) => isTarget(ref)).sort(byRef);
  const index = indexComponents(wanted, actual, options.drift);
  const shared = {
    actual,
    options,
    overrides: overridesByPack(actual.overrides),
    missingColumns: new Set(actual.missing.columns),
  };
  const named = namedBy(desired);
  const suspensions = findSuspensions(desired, actual, {
    suspend: options.suspend,
    windows: options.windows,
    isTarget,
  });
  const equip = (compared: readonly PackDifference[], hindrance?: Hindrance) => {
    const made = hindrance === undefined ? wanted : wanted.filter(({ ref }) => !hindrance.refs.has(ref));
    const runtimes = lookUpRuntimes(made, actual, hindrance?.index ?? index);
    return compared.map((one) => {
      const { wanted: pack, forced } = one.scope;
      const options = { facts: actual.environments, skips, forced };
      const equipped = equipChange(one, planEnvironments(pack, runtimes, actual, options));
      return leaveWorkers(equipped, actual.leftWorkerLinks);
    });
  };
  const settle = (compared: readonly PackDifference[], hindrance?: Hindrance) => {
    const differences = equip(compared, hindrance);
    const connected = connectChanges(differences, actual, index, skips, hindrance);
    const planned = (isMeant: (ref: string) => boolean) =>
      planRemovals(desired, actual, { ...options, isTarget: isMeant, named, changes: connected.changes });
    const removals = planned(isTarget);
    const guarded = guardChanges([...connected.changes, ...removals.changes], actual, {
      ...options,
      // Whether they are too many does not depend on which of them somebody asks for.
      removals: (targets === undefined ? removals : planned(() => true)).changes.flatMap(unwanted),
    });
    const changes = checkDependencies(blockSuspended(guarded.changes, suspensions, options.despiteWindows), {
      desired,
      actual,
      wanted,
      index: hindrance?.index ?? index,
      declared: connected.declared,
      skips,
    });
    return { compared, differences, connected, removals, guarded: { ...guarded, changes } };
  };
  const compare = (pack: WantedPack, where: ComponentIndex) => diffPack(buildScope(pack, { ...shared, index: where }));
  const wished = settle(wanted.map((pack) => compare(pack, index)));
  const { differences, connected, removals, guarded } = withoutHindered(wished, (refs) => {
    const without = indexComponents(wanted, actual, options.drift, refs);
    const isSame = without.leaving.size === index.leaving.size;
    const again = wished.compared.map((one) =>
      isSame || refs.has(one.scope.wanted.ref) ? one : compare(one.scope.wanted, without),
    );
    return settle(again, { refs, index: without });
  });
  const restores = planRestores(warnOfWaiting(guarded.changes), actual, index);
  const released = new Set(desired.unmanaged);
  const unchanged = differences.filter(({ change }) => change === null);
  const holds = listHeld(wanted);
  const ended = unchanged.flatMap(({ scope: { wanted } }) => {
    const hold = actual.holds.get(wanted.ref);
    if (isSuspended(wanted.ref, suspensions)) return [];
    return hold !== undefined && changeHold(wanted, hold)?.op === 'end' ? [hold] : [];
  });
  return {
    formatVersion: 1,
    manager: actual.manager,
    changes: restores.changes,
    unchanged: unchanged.map(({ scope }) => scope.wanted.ref),
    unreadable: desired.unreadable
      .filter(({ ref }) => isTarget(ref))
      .map(({ ref, problems }) => ({ ref, problems }))
      .sort(byRef),
    unmanaged: [...actual.packs.values()]
      .filter(({ ref, recorded }) => recorded === null && (!named.has(ref) || released.has(ref)) && isTarget(ref))
      .map(({ ref }) => ref)
      .sort(compareRefs),
    ...(skips ? { skipsDependencies: true } : {}),
    ...(suspensions.length > 0 ? { suspensions } : {}),
    ...(holds.length > 0 ? { holds } : {}),
    ...(ended.length > 0 ? { endedHolds: ended.map(({ pack }) => pack) } : {}),
    notes: [
      ...noteSuspended(suspensions, restores.changes),
      ...holds.map(noteHeld),
      ...ended.map(noteEnded),
      ...differences.flatMap(({ notes }) => notes),
      ...[...connected.orphans]
        .filter(([pack]) => isTarget(pack))
        .sort(([one], [other]) => compareRefs(one, other))
        .flatMap(([, orphans]) => orphans),
      ...unchanged.flatMap(noteDegraded),
      ...noteUnmet(
        unchanged.map(({ scope }) => scope.wanted.ref),
        restores.changes,
        { desired, actual },
      ),
      ...removals.notes,
      ...restores.notes,
      ...(removals.changes.length > 0 ? noteLeft(desired, actual) : []),
    ],
    overrides: differences.flatMap(({ overrides }) => overrides).filter(({ pack }) => !isSuspended(pack, suspensions)),
    guarded: targets === undefined ? guarded.guarded : null,
    problems: [...desired.problems, ...removals.problems, ...differences.flatMap(({ problems }) => problems)].sort(
      compareProblems,
    ),
  };
}

/**
 * The changes that are made, and what they do to others, do not count on those that are not made: these are blocked or
 * wait for one that is, and stay as they were seen among all.
 */
function withoutHindered<T extends { readonly guarded: GuardedChanges }>(
  wished: T,
  settle: (hindered: ReadonlySet<string>) => T,
): T {
  const hindered = findHindered(wished.guarded.changes);
  if (hindered.size === 0) return wished;
  const settled = settle(hindered);
  const still = findHindered(settled.guarded.changes);
  // A pack that changes only for a runtime that another one brings need not change without that.
  const changing = new Set(settled.guarded.changes.map(({ ref }) => ref));
  return [...hindered].every((ref) => still.has(ref) || !changing.has(ref)) ? settled : wished;
}

function unwanted({ ref, action, reason }: PackChange): readonly string[] {
  return action === 'remove' && reason.code === 'not-desired' ? [ref] : [];
}

function byRef(one: { readonly ref: string }, other: { readonly ref: string }): number {
  return compareRefs(one.ref, other.ref);
}

/** By place, and for one place by what they say: whatever order they came in. */
function compareProblems(one: Problem, other: Problem): number {
  return comparePositions(one.where, other.where) || compareRefs(one.code + one.message, other.code + other.message);
}

/** Components of a pack that does not change and that still cannot run. */
function noteDegraded({ scope, unresolved }: PackDifference): readonly Note[] {
  const refs = new Set(degradedOf(scope, unresolved));
  if (refs.size === 0) return [];
  const rows = scope.wanted.content.components
    .filter(({ kind, ref }) => (kind === 'action' || kind === 'sensor') && refs.has(ref))
    .map(componentKey)
    .sort(compareRefs);
  const sentence = `${scope.wanted.ref} has components that cannot run, their runtime or entry file is missing`;
  return [{ code: 'degraded', sentence, rows }];
}

function overridesByPack(overrides: readonly Override[]): ReadonlyMap<string, readonly Override[]> {
  const byPack = new Map<string, Override[]>();
  for (const override of overrides) {
    const found = byPack.get(override.pack);
    if (found === undefined) byPack.set(override.pack, [override]);
    else found.push(override);
  }
  return byPack;
}
