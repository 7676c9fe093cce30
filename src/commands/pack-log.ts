import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Context } from '../context.ts';
import { logsDirectory } from '../environments/build-log.ts';
import { SyncError } from '../errors.ts';

export interface PackLog {
  readonly ref: string;
  readonly version: string;
  /** The first twelve hex digits of the content's digest. */
  readonly digest: string;
  /** Absolute. */
  readonly file: string;
  /** ISO 8601: when something was last added. */
  readonly written: string;
  readonly text: string;
}

/**
 * What the commands said that built the environments of a pack and ran its tests: of the version that was built or
 * tested last, or of one version. Reads files of this machine only.
 *
 * @throws SyncError `no-log`
 */
export async function packLog({ config }: Context, ref: string, version?: string): Promise<PackLog> {
  const directory = join(logsDirectory(config.stateDir), ref);
  // A ref with a slash would lead elsewhere.
  const names = ref.includes('/') ? [] : await readdir(directory).catch(() => []);
  const logs = await Promise.all(names.flatMap((name) => describe(directory, ref, name)));
  const found = logs
    .filter((log) => version === undefined || log.version === version)
    .sort((one, other) => (one.written < other.written ? 1 : -1))[0];
  if (found === undefined) throw noLog(ref, version, logs);
  return { ...found, text: await readFile(found.file, 'utf8') };
}

type Found = Omit<PackLog, 'text'>;

function describe(directory: string, ref: string, name: string): Promise<Found>[] {
  const [, version, digest] = /^(.+)-([0-9a-f]{12})\.log$/.exec(name) ?? [];
  if (version === undefined || digest === undefined) return [];
  const file = join(directory, name);
  return [stat(file).then(({ mtime }) => ({ ref, version, digest, file, written: mtime.toISOString() }))];
}

function noLog(ref: string, version: string | undefined, logs: readonly Found[]): SyncError {
  const which = version === undefined ? ref : `${ref} ${version}`;
  const others = [...new Set(logs.map((log) => log.version))].sort();
  return new SyncError('no-log', `There is no log of ${which} on this machine`, {
    hint:
      others.length > 0
        ? `There are logs of ${others.join(', ')}.`
        : 'One is written where an environment of the pack is built, or its tests are run.',
  });
}
