import type { RecordedPack } from '../../actual/actual.ts';
import { type Problem, problem } from '../../errors.ts';
import { compareRefs } from '../compare-refs.ts';
import { componentKey } from '../component-index.ts';
import type { PackChange } from '../plan.ts';

/** A component that goes and one that comes with the same entry point: to Attune two rows, to its author maybe one. */
export function hintRenames({ components }: PackChange, recorded: RecordedPack | undefined): readonly Problem[] {
  const deleted = new Set(components.filter(({ op }) => op === 'delete').map(componentKey));
  if (deleted.size === 0) return [];
  const gone = new Map<string, string>();
  for (const { kind, ref, columns } of recorded?.components ?? []) {
    const { entrypoint } = columns;
    if (typeof entrypoint !== 'string' || entrypoint === '' || !deleted.has(componentKey({ kind, ref }))) continue;
    gone.set(`${kind} ${entrypoint}`, ref);
  }
  return components
    .filter(({ op }) => op === 'create')
    .flatMap((created) => {
      const ref = gone.get(`${created.kind} ${String(created.set.entrypoint)}`);
      if (ref === undefined) return [];
      return problem('warning', 'maybe-renamed', `${componentKey(created)} may be ${ref} renamed: same entry point.`);
    })
    .sort((one, other) => compareRefs(one.message, other.message));
}
