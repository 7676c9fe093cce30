import { type CheckedFiles, checkFiles } from './check-files.ts';

interface Version {
  readonly ref: string;
  readonly version: string;
  readonly digest: string;
}

/** By store: which versions were looked at last. */
const last = new Map<string, readonly Version[]>();
/** By store: what was found ahead, for the next who asks. */
const ahead = new Map<
  string,
  { readonly versions: readonly Version[]; readonly found: ReturnType<typeof checkFiles> }
>();

/**
 * Begins to look at the versions that were looked at last. To be called where remotes are waited for, so that looking at
 * thousands of files costs a pass no time of its own.
 */
export function checkAhead(store: string): void {
  const versions = last.get(store);
  if (versions === undefined) return;
  const found = checkFiles(store, versions);
  // Whoever takes it hears of its failure.
  found.catch(() => {});
  ahead.set(store, { versions, found });
}

/** To be called at the end of the pass: what it did not take says nothing to a later one. */
export function forgetAhead(store: string): void {
  ahead.delete(store);
}

/** `checkFiles` of versions whose directory exists, with what was found ahead where it was: each finding is taken once. */
export async function checkInstalled(
  store: string,
  versions: readonly Version[],
): Promise<ReadonlyMap<string, CheckedFiles>> {
  const taken = ahead.get(store);
  ahead.delete(store);
  last.set(store, versions);
  if (taken === undefined) return checkFiles(store, versions);
  const digests = new Map(taken.versions.map(({ ref, digest }) => [ref, digest]));
  const isKnown = ({ ref, digest }: Version) => digests.get(ref) === digest;
  const found = await taken.found;
  const missing = await checkFiles(
    store,
    versions.filter((version) => !isKnown(version)),
  );
  const known = versions.filter(isKnown).flatMap(({ ref }) => {
    const files = found.get(ref);
    return files === undefined ? [] : [[ref, files] as const];
  });
  return new Map([...known, ...missing]);
}
