import { SyncError } from '../../errors.ts';
import { nearest } from '../../yaml/nearest.ts';
import type { RuntimeEntry } from '../queries/read-runtimes.ts';

/**
 * The runtimes that are meant, each with the versions that are.
 *
 * @param refs of runtimes, of versions (`core.python@3.12`), or of packs, all of whose runtimes are meant; none: all
 * @throws SyncError `unknown-runtime` with everything that names nothing
 */
export function chooseRuntimes(runtimes: readonly RuntimeEntry[], refs: readonly string[]): readonly RuntimeEntry[] {
  if (refs.length === 0) return runtimes;
  const versions = runtimes.flatMap(({ ref, versions }) => versions.map(({ version }) => `${ref}@${version}`));
  const known = new Set([...runtimes.flatMap(({ ref, pack }) => [ref, ...(pack === null ? [] : [pack])]), ...versions]);
  const unknown = refs.filter((ref) => !known.has(ref));
  if (unknown.length > 0) throw unknownRuntimes(unknown, [...known]);
  const asked = new Set(refs);
  return runtimes.flatMap((runtime) => {
    if (asked.has(runtime.ref) || asked.has(runtime.pack ?? '')) return [runtime];
    const chosen = runtime.versions.filter(({ version }) => asked.has(`${runtime.ref}@${version}`));
    return chosen.length === 0 ? [] : [{ ...runtime, versions: chosen }];
  });
}

function unknownRuntimes(refs: readonly string[], known: readonly string[]): SyncError {
  const found = refs.flatMap((ref) => nearest(ref, known) ?? []);
  const hint =
    found.length === 0 ? '`attune-sync runtimes list` shows all there are.' : `Did you mean ${found.join(', ')}?`;
  return new SyncError('unknown-runtime', `Nothing in Attune is a runtime called ${refs.join(', ')}.`, { hint });
}
