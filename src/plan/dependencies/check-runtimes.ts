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

interface ListedVersion {
  readonly version: string;
  /** False where a verification found that it is not there. */
  readonly isAvailable: boolean;
}

/** By the runtime's ref. */
type RuntimeVersions = ReadonlyMap<string, readonly ListedVersion[]>;

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
  // Whether a version is available nobody says in a file: what was found out of its row stays.
  const unavailable = new Set(
    [...actual.runtimes.values()].flatMap(({ ref, versions }) =>
      versions.flatMap(({ version, available }) => (available ? [] : [`${ref}@${version}`])),
    ),
  );
  const brought = wanted.flatMap(({ ref: pack, content }) =>
    content.components.flatMap(({ kind, ref }) => (kind === 'runtime_version' ? [{ pack, ref }] : [])),
  );
  return (unmade) => {
    const refs = new Set([
      ...rows.filter((row) => row.leaves === null || unmade.has(row.leaves)).map(({ ref }) => ref),
      ...brought.filter(({ pack }) => !unmade.has(pack)).map(({ ref }) => ref),
    ]);
    const versions = new Map<string, ListedVersion[]>();
    for (const ref of refs) {
      const sign = ref.indexOf('@');
      const runtime = ref.slice(0, sign);
      const listed = { version: ref.slice(sign + 1), isAvailable: !unavailable.has(ref) };
      versions.set(runtime, [...(versions.get(runtime) ?? []), listed]);
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
    const known = (versions.get(found.ref) ?? []).filter(({ version }) => parseVersion(version) !== undefined);
    if (known.length === 0) {
      const message = `${what} is needed${place}, and nothing says which versions of ${found.ref} there are: that is not checked.`;
      warnings.push(problem('warning', 'runtime-not-known', message));
    } else if (!known.some(({ version, isAvailable }) => isAvailable && checkVersion(parsed, version) === 'yes')) {
      blocks.push({
        code: 'unsatisfied-runtime',
        sentence: `${what} is needed${place}, and of ${found.ref} ${sayVersions(known)}`,
        rows: [`runtime ${found.ref}`],
      });
    }
  }
  return { blocks, warnings };
}

/** `there are only 3.10, 3.11; 3.12 is not available`. */
function sayVersions(versions: readonly ListedVersion[]): string {
  const [there, missing] = [true, false].map((isWanted) =>
    versions
      .filter(({ isAvailable }) => isAvailable === isWanted)
      .map(({ version }) => version)
      .sort(compareVersions),
  );
  const names = (some: readonly string[] = []) => some.join(', ');
  if (there === undefined || there.length === 0) return `none is available: ${names(missing)}`;
  const listed = `there ${there.length === 1 ? 'is' : 'are'} only ${names(there)}`;
  if (missing === undefined || missing.length === 0) return listed;
  return `${listed}; ${names(missing)} ${missing.length === 1 ? 'is' : 'are'} not available`;
}

function compareVersions(one: string, other: string): number {
  const parsed = parseVersion(other);
  return parsed === undefined ? 0 : (parseVersion(one)?.compare(parsed) ?? 0);
}
