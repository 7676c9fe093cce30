import { spawn } from 'node:child_process';
import { chown, lstat, mkdir, open, readFile, rename, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { SyncError } from '../../errors.ts';
import { hasCode } from '../has-code.ts';
import { type Launcher, launchArguments } from './choose-launcher.ts';
import type { Binaries } from './find-binaries.ts';
import type { ChildEnvironment } from './link-libraries.ts';
import { findServer, isServerOf, readPidFile, type ServerFiles, socketPort } from './server-files.ts';

/** Settings of the server, as `-c name=value`. */
export type ServerSettings = Readonly<Record<string, string>>;

/**
 * Starts the server and returns when it is ready, or when another process's server has the data directory.
 * Recovery after a crash may take long: the signal ends it.
 * @returns false where it ended for a reason that a second try may not meet again; then the log's end is in `said`.
 */
export async function startServer(
  files: ServerFiles,
  options: {
    readonly binaries: Binaries;
    readonly launcher: Launcher;
    readonly environment: ChildEnvironment;
    readonly settings: ServerSettings;
    readonly signal: AbortSignal;
  },
): Promise<{ readonly isUp: boolean; readonly said: string }> {
  await prepareSockets(files.sockets, options.launcher);
  const log = await open(files.log, 'a', 0o600);
  try {
    const begin = (await log.stat()).size;
    const [file, args] = launchArguments(options.launcher, options.binaries.postgres, [
      ...['-D', files.data, '-k', files.sockets, '-p', `${socketPort}`],
      ...settingArguments({ ...alwaysSettings, ...options.settings }),
    ]);
    // Detached: Ctrl-C reaches the whole process group, and the server must outlive a graceful stop.
    const child = spawn(file, args, {
      env: options.environment,
      stdio: ['ignore', log.fd, log.fd],
      detached: true,
      ...options.launcher.as,
    });
    const ended = new Promise<true>((resolve) => {
      child.once('exit', () => resolve(true));
      child.once('error', () => resolve(true));
    });
    child.unref();
    for (;;) {
      const server = await findServer(files);
      if (server?.isReady === true) return { isUp: true, said: '' };
      if (options.signal.aborted) child.kill('SIGINT');
      if (await Promise.race([ended, setTimeout(10, false)])) break;
    }
    if ((await findServer(files)) !== undefined) return { isUp: true, said: '' };
    await dropStale(files);
    await rmdir(files.sockets).catch(() => {});
    return { isUp: false, said: await readEnd(files.log, begin) };
  } finally {
    await log.close();
  }
}

const alwaysSettings: ServerSettings = { listen_addresses: '', unix_socket_permissions: '0700', timezone: 'UTC' };

function settingArguments(settings: ServerSettings): string[] {
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

async function prepareSockets(directory: string, launcher: Launcher): Promise<void> {
  const owner = launcher.owner?.uid ?? process.geteuid?.();
  await mkdir(directory, { mode: 0o700 }).catch((error: unknown) => {
    if (!hasCode(error, 'EEXIST')) throw error;
  });
  const found = await lstat(directory);
  const isOurs = found.isDirectory() && (found.uid === owner || found.uid === process.geteuid?.());
  if (!isOurs || (found.mode & 0o077) !== 0) {
    throw new SyncError('embedded-socket', `${directory} is in the way of the embedded database's socket.`, {
      hint: 'It is not a private directory of this user: look who made it, and remove it.',
    });
  }
  if (launcher.owner !== undefined) await chown(directory, launcher.owner.uid, launcher.owner.gid);
}

/**
 * Postgres believes a lock file whose process id belongs to some process of the same user, as after a
 * container's restart. It is moved and read once more, so that one written this very moment is given back.
 */
async function dropStale(files: ServerFiles): Promise<void> {
  for (const path of [files.pidFile, join(files.sockets, `.s.PGSQL.${socketPort}.lock`)]) {
    const stale = `${path}.stale-${process.pid}`;
    const found = await rename(path, stale).then(
      () => readPidFile(stale),
      () => undefined,
    );
    if (found !== undefined && (await isServerOf(found.pid, files.data))) await rename(stale, path);
    else await rm(stale, { force: true });
  }
}

async function readEnd(log: string, begin: number): Promise<string> {
  const text = (await readFile(log)).subarray(begin).toString('utf8');
  return text.trim().split('\n').slice(-8).join('\n');
}
