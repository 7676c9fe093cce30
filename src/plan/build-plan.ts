import type { Actual, Override } from '../actual/actual.ts';
import type { Desired } from '../desired/desired.ts';
import { compareRefs } from './compare-refs.ts';
import { indexComponents } from './component-index.ts';
import { diffPack } from './diff-pack.ts';
import { buildScope, type PlanOptions } from './pack-scope.ts';
import type { Plan } from './plan.ts';

/** The changes that lead from actual to desired. Pure: the same input, in any order, gives the same plan. */
export function buildPlan(desired: Desired, actual: Actual, options: PlanOptions): Plan {
  const wanted = desired.packs.toSorted((one, other) => compareRefs(one.ref, other.ref));
  const index = indexComponents(wanted, actual, options.drift);
  const shared = {
    actual,
    index,
    options,
    overrides: overridesByPack(actual.overrides),
    missingColumns: new Set(actual.missing.columns),
  };
  const differences = wanted.map((pack) => diffPack(buildScope(pack, shared)));
  const changes = differences.flatMap(({ change }) => change ?? []);
  return {
    formatVersion: 1,
    manager: actual.manager,
    changes,
    unchanged: differences.filter(({ change }) => change === null).map(({ scope }) => scope.wanted.ref),
    unreadable: desired.unreadable.map(({ ref, problems }) => ({ ref, problems })),
    unmanaged: [],
    notes: differences.flatMap(({ notes }) => notes),
    overrides: differences.flatMap(({ overrides }) => overrides),
    problems: desired.problems,
  };
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
