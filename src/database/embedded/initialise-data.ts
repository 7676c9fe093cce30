import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdtemp, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { SyncError } from '../../errors.ts';
import { hasCode } from '../has-code.ts';
import { type Launcher, launchArguments, type Owner } from './choose-launcher.ts';
import type { Binaries } from './find-binaries.ts';
import { isAlive } from './is-alive.ts';
import type { ChildEnvironment } from './link-libraries.ts';
import type { ServerFiles } from './server-files.ts';

/**
 * Whether the data directory is there and of the major version of the programs.
 * @throws SyncError `embedded-version` for another one, `embedded-owner` where it belongs to another user.
 */
export async function hasData(files: ServerFiles, binaries: Binaries): Promise<boolean> {
  const found = await readFile(join(files.data, 'PG_VERSION'), 'utf8').catch((error: unknown) => {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw new SyncError('embedded-owner', `The embedded database in ${files.data} belongs to another user.`, {
      hint: 'Run as the user who made it, or give another stateDir.',
      cause: error,
    });
  });
  if (found === undefined) return false;
  const version = found.trim();
  if (version === binaries.major) return true;
  throw new SyncError(
    'embedded-version',
    `The embedded database in ${files.data} was made by PostgreSQL ${version}; this program brings ${binaries.major}.`,
    {
      hint: `Move ${files.data} away to start with an empty database, or install the release that brought PostgreSQL ${version} and dump it first.`,
    },
  );
}

/** Makes the data directory beside its place and renames it, so that a half-made one is never seen. */
export async function initialiseData(
  files: ServerFiles,
  options: {
    readonly binaries: Binaries;
    readonly launcher: Launcher;
    readonly environment: ChildEnvironment;
    readonly sync: boolean;
    readonly signal: AbortSignal;
  },
): Promise<void> {
  await sweepUnfinished(files.data);
  const { launcher } = options;
  const draft = await mkdtemp(`${files.data}.init-${process.pid}-`);
  try {
    if (launcher.owner !== undefined) await chown(draft, launcher.owner.uid, launcher.owner.gid);
    const [file, args] = launchArguments(launcher, options.binaries.initdb, [
      ...['-D', draft, '-U', 'attune', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-instructions'],
      ...(options.sync ? [] : ['--no-sync']),
    ]);
    const running = promisify(execFile)(file, args, {
      env: options.environment,
      signal: options.signal,
      ...launcher.as,
    });
    const ended = once(running.child, 'close');
    // When it is called off the promise does not wait for the program, which still writes into the directory.
    await running.catch(async (error: unknown) => {
      await ended;
      throw error;
    });
    await rename(draft, files.data);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    // Somebody else was first: theirs is as good.
    if (hasCode(error, 'ENOTEMPTY', 'EEXIST')) return;
    options.signal.throwIfAborted();
    const said = ((error as { stderr?: string }).stderr ?? '').trim() || (error as Error).message;
    throw new SyncError('embedded-start', `The embedded database cannot be made in ${files.data}: ${said}`, {
      cause: error,
    });
  }
}

/** Gives the data directory to the user the server will run as, where another launcher made it. */
export async function ownData(directory: string, launcher: Launcher): Promise<void> {
  if (process.geteuid?.() !== 0) return;
  const owner = launcher.owner ?? { uid: 0, gid: 0 };
  if ((await stat(directory)).uid !== owner.uid) await chownTree(directory, owner);
}

async function chownTree(directory: string, owner: Owner): Promise<void> {
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) await chownTree(path, owner);
    else if (entry.isFile()) await chown(path, owner.uid, owner.gid);
  }
  await chown(directory, owner.uid, owner.gid);
}

/** Directories that a process which died in the middle left behind. */
async function sweepUnfinished(data: string): Promise<void> {
  const prefix = `${basename(data)}.init-`;
  for (const name of await readdir(dirname(data))) {
    if (!name.startsWith(prefix) || isAlive(Number.parseInt(name.slice(prefix.length), 10))) continue;
    await rm(join(dirname(data), name), { recursive: true, force: true });
  }
}
