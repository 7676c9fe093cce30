import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile, realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { makeDirectory } from '../../make-directory.ts';
import { hasCode } from '../has-code.ts';

/** Where one embedded server keeps its things. */
export interface ServerFiles {
  readonly data: string;
  readonly log: string;
  /** Library links, where the package is read-only. */
  readonly libraries: string;
  /** A path of a socket is limited to 107 bytes, hence not below the data directory. */
  readonly sockets: string;
  readonly pidFile: string;
}

/** No TCP port is opened; the number only names the socket. */
export const socketPort = 5432;

/** Makes `stateDir` where it is missing. One directory gives the same paths, by whatever name it is called. */
export async function locateServer(stateDir: string): Promise<ServerFiles> {
  await makeDirectory(stateDir);
  const directory = await realpath(stateDir);
  const data = join(directory, 'postgres');
  const key = createHash('sha256').update(data).digest('hex').slice(0, 12);
  const preferred = join(tmpdir(), `attune-sync-${key}`);
  return {
    data,
    log: join(directory, 'postgres.log'),
    libraries: join(directory, 'postgres-libraries'),
    sockets: Buffer.byteLength(preferred) > 80 ? join('/tmp', `attune-sync-${key}`) : preferred,
    pidFile: join(data, 'postmaster.pid'),
  };
}

/** What postmaster.pid says. */
export interface RunningServer {
  readonly pid: number;
  readonly sockets: string;
  readonly isReady: boolean;
}

/**
 * The server that owns the data directory, or undefined. A file left behind by a killed server is not
 * believed, even when its process id belongs to another process by now.
 */
export async function findServer(files: ServerFiles): Promise<RunningServer | undefined> {
  const server = await readPidFile(files.pidFile);
  if (server === undefined || !(await isServerOf(server.pid, files.data))) return undefined;
  return { ...server, sockets: server.sockets || files.sockets };
}

/** The lines of the file: pid, data directory, start time, port, socket directory, address, shared memory, status. */
export async function readPidFile(path: string): Promise<RunningServer | undefined> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const lines = text.split('\n');
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  return { pid, sockets: lines[4] ?? '', isReady: lines[7]?.trim() === 'ready' };
}

/** Whether this process is the server of that data directory: its arguments name it. A zombie has none. */
export async function isServerOf(pid: number, data: string): Promise<boolean> {
  if (process.platform === 'linux') {
    const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    return line.split('\0').includes(data);
  }
  const { stdout } = await promisify(execFile)('ps', ['-o', 'args=', '-p', `${pid}`]).catch(() => ({ stdout: '' }));
  return stdout.includes(data);
}
