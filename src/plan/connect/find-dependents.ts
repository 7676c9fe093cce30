import type { Actual, ComponentRow } from '../../actual/actual.ts';
import { type Kind, kinds } from '../../packs/kinds.ts';
import { type ComponentIndex, componentKey } from '../component-index.ts';

/** A row that links to another. */
export interface Dependent {
  readonly row: ComponentRow;
  /** The link column that does. */
  readonly column: string;
}

/** What links to the rows that leave their pack, by `kind ref` of those; looked for only where any leave. */
export function findDependents(
  actual: Actual,
  { leaving, leaves, refOf }: ComponentIndex,
): ReadonlyMap<string, readonly Dependent[]> {
  const dependents = new Map<string, Dependent[]>();
  if (leaving.size === 0) return dependents;
  for (const kind of kinds) {
    if (kind.links.length === 0) continue;
    for (const row of actual.components.get(kind.name)?.values() ?? []) {
      for (const { column, kind: target } of linksThatMatter(kind, row)) {
        const ref = refOf(target, row.links[column] ?? null);
        if (ref === null || !leaves(target, ref)) continue;
        const key = componentKey({ kind: target, ref });
        const found = dependents.get(key);
        if (found === undefined) dependents.set(key, [{ row, column }]);
        else found.push({ row, column });
      }
    }
  }
  return dependents;
}

/**
 * A pack's action outlives its workflow: the link becomes NULL first (design §5), and its files say it again. What a
 * person's action runs is written nowhere else.
 */
function linksThatMatter({ links }: Kind, { adhoc }: ComponentRow): Kind['links'] {
  return adhoc ? links : links.filter(({ column }) => column !== 'workflow_def');
}
