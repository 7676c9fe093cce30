import type { ComponentIndex } from '../component-index.ts';
import type { PackDifference } from '../diff/diff-pack.ts';

/**
 * The packs that must be applied before each changing pack: those that hold what its components name, and its
 * declared dependencies, as far as they change too. Rules and workflow tasks give none, relinking serves them.
 */
export function findNeeds(differences: readonly PackDifference[], index: ComponentIndex): Map<string, Set<string>> {
  const changing = differences.filter(({ change }) => change !== null);
  const needs = new Map(changing.map(({ scope }) => [scope.wanted.ref, new Set<string>()]));
  for (const { scope } of changing) {
    const { ref, content } = scope.wanted;
    const own = needs.get(ref);
    const add = (pack: string | null | undefined) => {
      if (pack != null && pack !== ref && needs.has(pack)) own?.add(pack);
    };
    content.dependencies.forEach(add);
    for (const component of content.components) {
      if (component.kind === 'rule') continue;
      for (const [column, named] of Object.entries(component.names)) {
        const kind = column === 'workflow_def' ? 'workflow' : column;
        if (kind === 'runtime' || kind === 'trigger' || kind === 'action') add(index.find(kind, named)?.pack);
      }
    }
  }
  return needs;
}
