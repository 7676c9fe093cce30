import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { openServer, type ServerOptions } from '../../../src/database/embedded/open-server.ts';
import { childArguments } from '../../support/child-arguments.ts';
import { silentLogger, testServerSettings } from '../../support/server.ts';

export interface ServerProcess {
  readonly child: ChildProcess;
  /** Lets it close the server; resolves with its exit code. */
  close(): Promise<number | null>;
}

/** Another process that has opened the server of this directory. */
export async function holdServer(stateDir: string, as: { uid?: number; gid?: number } = {}): Promise<ServerProcess> {
  const program = join(import.meta.dirname, 'hold-server.ts');
  const child = spawn(process.execPath, [...childArguments(program), stateDir], {
    stdio: ['pipe', 'pipe', 'pipe'],
    ...as,
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const exited = once(child, 'exit') as Promise<[number | null]>;
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const { value } = await lines.next();
  if (value !== 'open') throw new Error(`the process did not open the server: ${stderr}`);
  return {
    child,
    close: async () => {
      child.stdin.end('end\n');
      const [code] = await exited;
      return code;
    },
  };
}

/** A state directory that every user may enter and that goes with the test. */
export async function makeStateDir(): Promise<{ readonly path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), 'attune-sync-embedded-'));
  await chmod(path, 0o755);
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

export function openHere(stateDir: string, options: Partial<ServerOptions> = {}) {
  const signal = new AbortController().signal;
  return openServer({ stateDir, log: silentLogger, signal, settings: testServerSettings, ...options });
}

/** The process id of the server of this directory, from its own file; undefined where there is none. */
export async function serverPid(stateDir: string): Promise<number | undefined> {
  const text = await readFile(join(stateDir, 'postgres', 'postmaster.pid'), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : Number(text.split('\n')[0]);
}
