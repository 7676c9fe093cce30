import type { Actual } from '../../actual/actual.ts';
import type { WantedPack } from '../../desired/desired.ts';
import { type Problem, problem } from '../../errors.ts';
import type { RuntimeNeed } from '../../packs/content.ts';
import { checkVersion, parseConstraint, parseVersion } from '../../packs/versions/parse-constraint.ts';
import { renderPlace } from '../../problems/render-problems.ts';
import type { ComponentIndex } from '../component-index.ts';
import type { Note } from '../plan.ts';

export interface RuntimeVerdict {
  readonly blocks: readonly Note[];
  readonly warnings: readonly Problem[];
}

/** By the runtime's ref. */
type RuntimeVersions = ReadonlyMap<string, readonly string[]>;

/**
 * Tells which versions of runtimes will be there if all changes are made but these: from the rows in Attune and the
 * content of the packs in the plan.
 */
export function createRuntimeLister(
  wanted: readonly WantedPack[],
  actual: Actual,
  { leaves }: ComponentIndex,
): (unmade: ReadonlySet<string>) => RuntimeVersions {
  const rows = [...(actual.components.get('runtime_version')?.values() ?? [])].map(({ ref, packRef }) => ({
    ref,
    leaves: leaves('runtime_version', ref) ? packRef : null,
  }));
  const brought = wanted.flatMap(({ ref: pack, content }) =>
    content.components.flatMap(({ kind, ref }) => (kind === 'runtime_version' ? [{ pack, ref }] : [])),
  );
  return (unmade) => {
    const refs = new Set([
      ...rows.filter((row) => row.leaves === null || unmade.has(row.leaves)).map(({ ref }) => ref),
      ...brought.filter(({ pack }) => !unmade.has(pack)).map(({ ref }) => ref),
    ]);
    const versions = new Map<string, string[]>();
    for (const ref of refs) {
      const sign = ref.indexOf('@');
      const runtime = ref.slice(0, sign);
      versions.set(runtime, [...(versions.get(runtime) ?? []), ref.slice(sign + 1)]);
    }
    return versions;
  };
}

/** What a pack says of runtimes, against those that will be there. Where nothing is known of them, that is a warning. */
export function checkRuntimes(
  needs: readonly RuntimeNeed[],
  index: ComponentIndex,
  versions: RuntimeVersions,
): RuntimeVerdict {
  const blocks: Note[] = [];
  const warnings: Problem[] = [];
  for (const need of needs) {
    const { name, runtime, constraint, bare } = need;
    const what = `${name}${constraint === null ? '' : ` ${constraint}`}`;
    const place = ` (${renderPlace(need.where)})`;
    const found = index.find('runtime', runtime);
    if (found === null) {
      const message = `${what} is needed${place}, and the runtime ${runtime.ref} is neither in this plan nor in Attune.`;
      warnings.push(problem('warning', 'runtime-not-known', message));
      continue;
    }
    const parsed = constraint === null ? undefined : parseConstraint(constraint, bare);
    if (parsed === undefined) continue;
    const known = (versions.get(found.ref) ?? []).filter((version) => parseVersion(version) !== undefined);
    if (known.length === 0) {
      const message = `${what} is needed${place}, and nothing says which versions of ${found.ref} there are: that is not checked.`;
      warnings.push(problem('warning', 'runtime-not-known', message));
    } else if (!known.some((version) => checkVersion(parsed, version) === 'yes')) {
      const there = known.sort(compareVersions).join(', ');
      blocks.push({
        code: 'unsatisfied-runtime',
        sentence: `${what} is needed${place}, and of ${found.ref} there ${known.length === 1 ? 'is only' : 'are only'} ${there}`,
        rows: [`runtime ${found.ref}`],
      });
    }
  }
  return { blocks, warnings };
}

function compareVersions(one: string, other: string): number {
  const parsed = parseVersion(other);
  return parsed === undefined ? 0 : (parseVersion(one)?.compare(parsed) ?? 0);
}
