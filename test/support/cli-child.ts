import { type ChildProcess, spawn } from 'node:child_process';
import { cliArguments } from './cli-arguments.ts';
import type { Fleet } from './fleet.ts';

const patienceMs = 30_000;

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

/** The command line as a process of its own, without a terminal. */
export interface CliChild {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Waits until standard output or error matches. */
  says(pattern: RegExp): Promise<void>;
}

export interface CliOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Instead of the database of the fleet. */
  readonly url?: string;
  /** What node runs instead of `cliArguments()`. */
  readonly program?: readonly string[];
}

/** Writes the configuration that the command line reads for a fleet, with further top-level lines. */
export async function writeConfig(fleet: Fleet, more = ''): Promise<void> {
  await fleet.write({
    'attune.config.yaml': `name: test
desiredState: [{ name: desired, directory: desired }]
database: { url: "\${ATTUNE_DATABASE_URL}" }
stateDir: state
packStore: store
sync: { interval: 1s }
${more || 'git: { transports: [file] }\n'}`,
  });
}

export function startCli(fleet: Fleet, args: readonly string[], { env = {}, url, program }: CliOptions = {}): CliChild {
  const child = spawn(process.execPath, [...(program ?? cliArguments()), ...args], {
    cwd: fleet.directory,
    env: { PATH: process.env.PATH ?? '', ATTUNE_DATABASE_URL: url ?? urlOf(fleet), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  let heard = () => {};
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
    heard();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
    heard();
  });
  let over = false;
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject).on('close', (code, signal) => {
      over = true;
      heard();
      resolve({ code, signal, out, err });
    });
  });
  return {
    process: child,
    ended,
    async says(pattern) {
      const deadline = AbortSignal.timeout(patienceMs);
      deadline.addEventListener('abort', () => heard(), { once: true });
      while (!pattern.test(out + err)) {
        if (over || deadline.aborted) throw new Error(`never said ${pattern}; said:\n${out}${err}`);
        await new Promise<void>((resolve) => {
          heard = resolve;
        });
      }
    },
  };
}

export function runCli(fleet: Fleet, args: readonly string[], options: CliOptions = {}): Promise<Ended> {
  return startCli(fleet, args, options).ended;
}

/** The URL of the fleet's database, as a configuration names it. */
export function urlOf(fleet: Fleet): string {
  const { connection } = fleet.context.database;
  if ('connectionString' in connection && typeof connection.connectionString === 'string')
    return connection.connectionString;
  throw new Error('the test database goes by a URL');
}
