import { stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Config } from '../config/config.ts';
import { type DiskFault, findDiskFault } from '../disk-fault.ts';
import { SyncError } from '../errors.ts';
import { formatBytes } from '../text/format-bytes.ts';

interface Place {
  /** In the configuration. */
  readonly name: 'packStore' | 'stateDir';
  readonly directory: string;
}

/**
 * An error of the disk that the pack store or `stateDir` is on, told in a way that is the same for everything that met
 * it: with the directory, where its file system is mounted, and how much is free. Any other error is given back.
 *
 * @param used the directory that was written to, for a full disk, whose errors mostly name none
 */
export async function tellDiskFault(config: Config, error: unknown, used: string): Promise<unknown> {
  const fault = findDiskFault(error) ?? (await findGitFault(config, error));
  if (fault === null) return error;
  // Only what is written to can be full.
  const unnamed = fault.code === 'disk-full' ? [used] : [];
  const place = findPlace(config, fault.paths.length > 0 ? fault.paths : unnamed);
  if (place === undefined) return error;
  const what = place.name === 'packStore' ? 'The pack store' : 'The state directory';
  const facts = await describeMount(place.directory, fault);
  return new SyncError(
    fault.code,
    `${what} ${place.directory} cannot be used: ${fault.sentence} (${fault.system})${facts}`,
    {
      hint:
        fault.code === 'disk-full'
          ? `Make room there, or give ${place.name} a larger disk. ${again}`
          : `${fault.hint} ${again}`,
      retry: 'soon',
      cause: error,
    },
  );
}

/** What git could not write is a mirror's, in `stateDir`; unless the disk that is full is that of the remote. */
async function findGitFault({ stateDir }: Config, error: unknown): Promise<DiskFault | null> {
  if (!(error instanceof SyncError) || error.code !== 'disk-full' || error.cause !== undefined) return null;
  const { bavail, ffree } = await statfs(stateDir).catch(() => ({ bavail: 1, ffree: 1 }));
  if (bavail > 0 && ffree > 0) return null;
  return { code: error.code, sentence: 'there is no space left', hint: '', system: 'ENOSPC', paths: [stateDir] };
}

const again = 'What was not done is done by the next run.';

function findPlace({ packStore, stateDir }: Config, paths: readonly string[]): Place | undefined {
  const places: readonly Place[] = [
    { name: 'packStore', directory: packStore.directory },
    { name: 'stateDir', directory: stateDir },
  ];
  const isIn = ({ directory }: Place) => paths.some((path) => path === directory || path.startsWith(`${directory}/`));
  // One may lie in the other.
  return places.filter(isIn).sort((one, other) => other.directory.length - one.directory.length)[0];
}

/** `; 0 B of 1.0 MiB are free on the file system mounted at /srv`. */
async function describeMount(directory: string, { code }: DiskFault): Promise<string> {
  if (code !== 'disk-full' && code !== 'disk-read-only') return '';
  try {
    const nearest = await findExisting(directory);
    const mount = await findMount(nearest);
    if (code === 'disk-read-only') return `, mounted at ${mount}`;
    const { bsize, blocks, bavail, files, ffree } = await statfs(nearest);
    if (files > 0 && ffree === 0 && bavail > 0) return `; no more files fit on the file system mounted at ${mount}`;
    const free = `${formatBytes(bavail * bsize)} of ${formatBytes(blocks * bsize)} are free`;
    return `; ${free} on the file system mounted at ${mount}`;
  } catch {
    return '';
  }
}

async function findExisting(path: string): Promise<string> {
  return stat(path).then(
    () => path,
    (error: unknown) => {
      if (dirname(path) === path) throw error;
      return findExisting(dirname(path));
    },
  );
}

/** The highest directory above that is on the same device. */
async function findMount(path: string): Promise<string> {
  const parent = dirname(path);
  if (parent === path) return path;
  const [here, above] = await Promise.all([stat(path), stat(parent)]);
  return here.dev === above.dev ? findMount(parent) : path;
}
