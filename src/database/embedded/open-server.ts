import { rmdir } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { SyncError } from '../../errors.ts';
import type { Logger } from '../../logger.ts';
import { hasCode } from '../has-code.ts';
import { chooseLauncher } from './choose-launcher.ts';
import { findBinaries } from './find-binaries.ts';
import { hasData, initialiseData, ownData } from './initialise-data.ts';
import { isAlive } from './is-alive.ts';
import { joinServer, type Lease, leaveServer } from './join-server.ts';
import { linkLibraries } from './link-libraries.ts';
import { isServerOf, locateServer, type ServerFiles, socketPort } from './server-files.ts';
import { type ServerSettings, startServer } from './start-server.ts';

/** A PostgreSQL of our own on a Unix socket, shared by every process that opens the same directory. */
export interface EmbeddedServer {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** Makes the database where it is missing. */
  createDatabase(name: string): Promise<void>;
  /** Leaves the server; the last one to leave stops it. */
  close(): Promise<void>;
}

export interface ServerOptions {
  /** Data in `{stateDir}/postgres`, the log in `{stateDir}/postgres.log`. */
  readonly stateDir: string;
  readonly log: Logger;
  readonly signal: AbortSignal;
  readonly settings?: ServerSettings;
}

/**
 * Joins the server of this directory, or makes and starts it; one left behind by a killed process is taken over.
 * @throws SyncError `embedded-start` with the end of the server's log, `embedded-version`, `embedded-owner`.
 */
export async function openServer(options: ServerOptions): Promise<EmbeddedServer> {
  const files = await locateServer(options.stateDir);
  const lease = await joinOrStart(files, options);
  return {
    host: lease.sockets,
    port: socketPort,
    user: 'attune',
    createDatabase: (name) => createDatabase(lease, name),
    close: () => close(files, lease),
  };
}

async function joinOrStart(files: ServerFiles, options: ServerOptions): Promise<Lease> {
  const binaries = await findBinaries();
  const { signal } = options;
  let deadline = Date.now() + 30_000;
  let failures = 0;
  for (;;) {
    if (signal.aborted) await leaveUnused(files, signal);
    const isMade = await hasData(files, binaries);
    const joined = isMade ? await joinServer(files) : 'absent';
    if (typeof joined === 'object') return joined;
    if (joined === 'absent') {
      const environment = await linkLibraries(binaries, files.libraries);
      const launcher = await chooseLauncher(binaries, environment, files.data);
      const settings = options.settings ?? {};
      if (!isMade) {
        options.log.info(`Making the embedded database in ${files.data}.`, { directory: files.data });
        const sync = settings.fsync !== 'off';
        await initialiseData(files, { binaries, launcher, environment, sync, signal });
      }
      await ownData(files.data, launcher);
      const { isUp, said } = await startServer(files, { binaries, launcher, environment, settings, signal });
      deadline = Date.now() + 30_000;
      failures += isUp ? 0 : 1;
      if (failures > 2) throw startFailed(files, said);
    }
    if (Date.now() > deadline) throw startFailed(files, 'a server runs, but nothing answers on its socket for 30 s');
    await setTimeout(20, undefined, { signal }).catch(() => {});
  }
}

/** Where we are told to end after the start and before anybody joined, the server must not stay. */
async function leaveUnused(files: ServerFiles, signal: AbortSignal): Promise<never> {
  const lease = await joinServer(files);
  if (typeof lease === 'object') await close(files, lease);
  throw signal.reason;
}

function startFailed(files: ServerFiles, said: string): SyncError {
  return new SyncError('embedded-start', `The embedded database in ${files.data} does not start: ${said}`, {
    hint: `Its log is ${files.log}.`,
    retry: 'soon',
  });
}

async function createDatabase({ client }: Lease, name: string): Promise<void> {
  const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [name]);
  if (rowCount !== 0) return;
  await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`).catch((error: unknown) => {
    // Another process made it at the same moment.
    if (!hasCode(error, '42P04', '23505')) throw error;
  });
}

async function close(files: ServerFiles, lease: Lease): Promise<void> {
  const isLast = await leaveServer(lease);
  if (isLast) await stopServer(files, lease);
  await lease.client.end().catch(() => {});
}

/**
 * SIGINT ends open sessions and then the server; SIGQUIT follows where that takes too long. The socket
 * directory goes only when it is empty: the next server may be starting in it by now.
 */
async function stopServer(files: ServerFiles, { pid, sockets }: Lease): Promise<void> {
  for (const [signal, waitMs] of [
    ['SIGINT', 20_000],
    ['SIGQUIT', 5000],
  ] as const) {
    try {
      process.kill(pid, signal);
    } catch (error) {
      if (!hasCode(error, 'ESRCH')) throw error;
    }
    const deadline = Date.now() + waitMs;
    while (Date.now() < deadline) {
      if (!(await isServerOf(pid, files.data))) {
        await ended(pid);
        return rmdir(sockets).catch(() => {});
      }
      await setTimeout(5);
    }
  }
}

/** Its file goes a moment before the server itself. No longer than a moment: its number may be another's by then. */
async function ended(pid: number): Promise<void> {
  const deadline = Date.now() + 1000;
  while (isAlive(pid) && Date.now() < deadline) await setTimeout(5);
}
