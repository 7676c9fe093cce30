import type { ComponentIndex } from '../component-index.ts';
import type { PackDifference } from '../diff/diff-pack.ts';

/** By changing pack, other changing packs. */
export type Needs = Map<string, Set<string>>;

/**
 * The packs that must be applied before each changing pack: those that hold what its components name, and its
 * declared dependencies, as far as they change too. Rules and workflow tasks give none, relinking serves them.
 *
 * @returns all of them, and those that are only declared
 */
export function findNeeds(
  differences: readonly PackDifference[],
  index: ComponentIndex,
): { readonly needs: Needs; readonly declared: Needs } {
  const changing = differences.filter(({ change }) => change !== null);
  const needs: Needs = new Map(changing.map(({ scope }) => [scope.wanted.ref, new Set<string>()]));
  const declared: Needs = new Map();
  for (const { scope } of changing) {
    const { ref, content } = scope.wanted;
    const own = needs.get(ref);
    const add = (pack: string | null | undefined) => {
      if (pack != null && pack !== ref && needs.has(pack)) own?.add(pack);
    };
    for (const component of content.components) {
      if (component.kind === 'rule') continue;
      for (const [column, named] of Object.entries(component.names)) {
        const kind = column === 'workflow_def' ? 'workflow' : column;
        if (kind === 'runtime' || kind === 'trigger' || kind === 'action') add(index.find(kind, named)?.pack);
      }
    }
    const bound = new Set(own);
    for (const dependency of content.dependencies) add(dependency.ref);
    declared.set(ref, new Set([...(own ?? [])].filter((pack) => !bound.has(pack))));
  }
  return { needs, declared };
}
