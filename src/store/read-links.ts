import { lstatSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { type CheckedFiles, type CheckOptions, checkFiles } from './check-files.ts';
import { versionedLink, versionPath } from './paths.ts';

/** The pack store's view of one pack, its published files included. Links as their raw text, null where there is none. */
export interface InstalledFiles extends Partial<CheckedFiles> {
  /** `{packStore}/{ref}` */
  readonly current: string | null;
  /** `{packStore}/{ref}-{version}` */
  readonly versioned: string | null;
  /** Something that is not a link stands where the current link belongs. */
  readonly occupied: boolean;
  /** The recorded version's directory exists. */
  readonly present: boolean;
  /** Attune's row names another place: the store was moved. */
  readonly moved?: boolean;
}

/** A version that the inventory says is installed. */
interface RecordedVersion {
  readonly ref: string;
  readonly version: string;
  readonly digest: string;
}

/** What the store holds of the recorded versions: files are read only where they do not look as they were published. */
export async function readLinks(
  store: string,
  versions: readonly RecordedVersion[],
  options?: CheckOptions,
): Promise<ReadonlyMap<string, InstalledFiles>> {
  const found = versions.map((version) => readPackLinks(store, version));
  const checked = await checkFiles(
    store,
    versions.filter((_, index) => found[index]?.present === true),
    options,
  );
  return new Map(versions.map(({ ref }, index) => [ref, { ...(found[index] ?? noFiles), ...checked.get(ref) }]));
}

/** The same for a store that cannot be seen from here: what is recorded is taken to be there. */
export function recordedLinks(versions: readonly RecordedVersion[]): ReadonlyMap<string, InstalledFiles> {
  return new Map(
    versions.map(({ ref, version, digest }) => {
      const path = versionPath(ref, version, digest);
      return [ref, { current: path, versioned: path, occupied: false, present: true }];
    }),
  );
}

/** Of a pack that no inventory recorded: the store holds nothing of ours. */
export const noFiles: InstalledFiles = { current: null, versioned: null, occupied: false, present: false };

/** Without waiting: three promises for each of hundreds of packs cost more than the reading. */
function readPackLinks(store: string, { ref, version, digest }: RecordedVersion): InstalledFiles {
  const current = readLink(join(store, ref));
  const versioned = readLink(join(store, versionedLink(ref, version)));
  return {
    current: current.text,
    versioned: versioned.text,
    occupied: current.occupied || versioned.occupied,
    present: isDirectory(join(store, versionPath(ref, version, digest))),
  };
}

function isDirectory(path: string): boolean {
  try {
    return lstatSync(path).isDirectory();
  } catch {
    return false;
  }
}

/** The raw text of a link; null where there is none, occupied where something else is there. */
export function readLink(path: string): { text: string | null; occupied: boolean } {
  try {
    return { text: readlinkSync(path), occupied: false };
  } catch (error) {
    return { text: null, occupied: (error as NodeJS.ErrnoException).code === 'EINVAL' };
  }
}
