import { compareRefs } from '../compare-refs.ts';
import { componentKey } from '../component-index.ts';
import type { PackScope } from '../pack-scope.ts';
import type { Note } from '../plan.ts';
import type { Unresolved } from './diff-links.ts';

/** What blocks a pack whatever the others do. */
export function findBlocks(scope: PackScope, unresolved: readonly Unresolved[]): readonly Note[] {
  return [...missingReferences(scope, unresolved), ...emptied(scope)];
}

/** What cannot be written without what it names, or would mean something else: a policy without its action is the pack's. */
function missingReferences({ index }: PackScope, unresolved: readonly Unresolved[]): readonly Note[] {
  return unresolved
    .filter(({ component, column }) => isRequired(component.kind, column))
    .map(({ component, kind, named }) => ({
      code: 'missing-reference',
      sentence: `${componentKey(component)} needs the ${kind} ${named.ref}, which ${index.leaves(kind, named.ref) ? 'leaves Attune in this plan' : 'is neither in this plan nor in Attune'}`,
      rows: [componentKey(component)],
    }))
    .sort((one, other) => compareRefs(one.sentence, other.sentence));
}

function isRequired(kind: string, column: string): boolean {
  if (kind === 'sensor') return true;
  return (kind === 'runtime_version' && column === 'runtime') || (kind === 'policy' && column === 'action');
}

/**
 * The fewest components whose common departure is held back although others come: one or two that are renamed all depart
 * too, and that is an author's everyday work; a larger pack of which nothing stays is rather another pack's content.
 */
const fewestReplaced = 3;

/** A pack that loses all it had, or more than the configuration allows, is more likely a mistake than a wish (design §8). */
function emptied({ wanted: { ref, content }, recorded, componentLimit, index }: PackScope): readonly Note[] {
  const had = recorded?.components ?? [];
  const departed = had.filter((component) => index.wantedBy(component.kind, component.ref) !== ref);
  if (departed.length === 0) return [];
  const rows = departed.map(componentKey).sort(compareRefs);
  const held = (sentence: string): readonly Note[] => [
    { code: 'emptied-pack', sentence: `${ref} ${content.version} ${sentence}`, rows },
  ];
  if (content.components.length === 0) return held(`has no components left (it had ${had.length})`);
  if (departed.length === had.length && had.length >= fewestReplaced)
    return held(`has none of the ${had.length} components that are installed`);
  if (departed.length <= componentLimit) return [];
  return held(
    `lacks ${departed.length} of ${had.length} components, more than ${componentLimit} (sync.removalLimit.components)`,
  );
}
