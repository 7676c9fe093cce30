import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { SyncError } from '../errors.ts';
import { fromNextLine } from './from-next-line.ts';
import { killFamily, markName } from './kill-family.ts';

/** A user of this machine, by numbers. */
export interface RunUser {
  readonly uid: number;
  readonly gid: number;
}

export interface CommandOptions {
  /** The program, looked for in the `PATH` of `variables`, and its arguments. */
  readonly argv: readonly string[];
  /** An existing directory. */
  readonly cwd: string;
  /** All that the command gets of an environment. */
  readonly variables: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Given what the command writes, as it comes and as it is: nothing is redacted. */
  readonly write: (chunk: Buffer, stream: 'stdout' | 'stderr') => void;
  /** Who runs it; this process's own user without one. Only root can be another. */
  readonly user?: RunUser;
  /** What the command belongs to: `endCommands` finds it by this when the process that began it was killed. */
  readonly owner?: string;
  /** What it reads from standard input, which is empty without it. It need not read any of it. */
  readonly input?: string;
}

export interface CommandResult {
  /** Null where a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Its time was up, and it was ended. */
  readonly timedOut: boolean;
  readonly durationMs: number;
  /** The last whole lines of what it wrote, at most 16 KiB; not redacted. */
  readonly tail: string;
}

const maxTail = 16 * 1024;
const pipeGraceMs = 2_000;

/**
 * Runs a command of a pack's author, without a shell, in a process group of its own. It resolves when nothing of it runs
 * any more: whatever it left behind is ended with it, on Linux also what left the group.
 *
 * @throws SyncError `command-not-found`, `user-refused`, `aborted`
 */
export async function runCommand(options: CommandOptions): Promise<CommandResult> {
  const [program = '', ...args] = options.argv;
  if (options.signal.aborted) throw aborted();
  const started = performance.now();
  const mark = `${options.owner ?? ''}#${randomUUID()}`;
  const child = spawn(program, args, {
    cwd: options.cwd,
    env: { ...options.variables, [markName]: mark },
    detached: true,
    stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    ...options.user,
  });
  let timedOut = false;
  const kill = () => killFamily(child.pid, mark);
  const deadline = setTimeout(() => {
    timedOut = true;
    kill();
  }, options.timeoutMs);
  options.signal.addEventListener('abort', kill);
  let tail: Buffer = Buffer.alloc(0);
  const take = (stream: 'stdout' | 'stderr') => (chunk: Buffer) => {
    tail = Buffer.concat([tail, chunk]).subarray(-maxTail);
    options.write(chunk, stream);
  };
  // Whoever does not read it closes the pipe.
  child.stdin?.on('error', () => {}).end(options.input);
  child.stdout?.on('data', take('stdout'));
  child.stderr?.on('data', take('stderr'));
  try {
    const { code, signal } = await ended(child, kill);
    if (options.signal.aborted) throw aborted();
    return { code, signal, timedOut, durationMs: performance.now() - started, tail: wholeLines(tail) };
  } catch (error) {
    throw explain(error, program);
  } finally {
    clearTimeout(deadline);
    options.signal.removeEventListener('abort', kill);
  }
}

interface End {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** `close` waits for the pipes too, which a process that could not be found would hold for ever: they get a grace only. */
function ended(child: ChildProcess, killRest: () => void): Promise<End> {
  return new Promise((resolve, reject) => {
    let grace: NodeJS.Timeout | undefined;
    child.once('error', reject);
    child.once('exit', () => {
      killRest();
      grace = setTimeout(() => {
        child.stdout?.destroy();
        child.stderr?.destroy();
      }, pipeGraceMs);
    });
    child.once('close', (code, signal) => {
      clearTimeout(grace);
      resolve({ code, signal });
    });
  });
}

function wholeLines(tail: Buffer): string {
  if (tail.length < maxTail) return tail.toString('utf8');
  const whole = fromNextLine(tail).toString('utf8');
  return whole === '' ? `[… a line of more than ${maxTail} bytes …]\n` : whole;
}

function aborted(): SyncError {
  return new SyncError('aborted', 'The run was ended before it was done', { retry: 'soon' });
}

function explain(error: unknown, program: string): unknown {
  const { code, syscall = '' } = error as NodeJS.ErrnoException;
  if (!syscall.startsWith('spawn')) return error;
  if (code === 'ENOENT')
    return new SyncError('command-not-found', `The program ${program} is not on this machine`, {
      hint: 'Install it, or see that PATH leads to it.',
      cause: error,
    });
  if (code === 'EACCES')
    return new SyncError('command-not-found', `The program ${program} may not be run`, {
      hint: 'See that it is a program, and that the user who builds may run it.',
      cause: error,
    });
  if (code === 'EPERM')
    return new SyncError('user-refused', `The system does not let this user run ${program} as another one`, {
      hint: 'Leave out environments.runAs, or run this as root.',
      cause: error,
    });
  return error;
}
