import type { PackContent } from '../../packs/content.ts';
import { compareRefs } from '../compare-refs.ts';
import { type ComponentIndex, componentKey } from '../component-index.ts';
import type { RuntimeView, ViewedRuntime } from './view-runtimes.ts';

/** One way in which a pack's actions and sensors use a runtime. */
export interface RuntimeUse {
  readonly runtime: ViewedRuntime;
  /** On its version, as written; null: any. */
  readonly constraint: string | null;
  /** The components that say so, `action jira.close`, sorted. */
  readonly components: readonly string[];
}

/** The runtimes that the code of a pack runs in, by ref, and of each without a constraint first. */
export function listUses(
  { components }: Pick<PackContent, 'components'>,
  index: Pick<ComponentIndex, 'find' | 'row'>,
  view: RuntimeView,
): readonly RuntimeUse[] {
  const uses = new Map<string, { runtime: ViewedRuntime; constraint: string | null; components: string[] }>();
  for (const component of components) {
    const { kind, ref, names, columns } = component;
    if ((kind !== 'action' && kind !== 'sensor') || names.runtime === undefined) continue;
    const target = index.find('runtime', names.runtime, index.row(kind, ref)?.links.runtime ?? null);
    const runtime = target === null ? undefined : view.get(target.ref);
    if (runtime === undefined) continue;
    const written = columns.runtime_version_constraint;
    const constraint = typeof written === 'string' && written.trim() !== '' ? written.trim() : null;
    const key = `${runtime.ref} ${constraint ?? ''}`;
    const known = uses.get(key);
    if (known === undefined) uses.set(key, { runtime, constraint, components: [componentKey(component)] });
    else known.components.push(componentKey(component));
  }
  return [...uses]
    .sort(([one], [other]) => compareRefs(one, other))
    .map(([, use]) => ({ ...use, components: use.components.sort(compareRefs) }));
}
