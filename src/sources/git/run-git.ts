import { type ChildProcess, spawn } from 'node:child_process';

export interface RunOptions {
  readonly environment: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly timeoutMs: number;
  /** Most bytes of standard output that are collected; more end the process. */
  readonly maxBytes: number;
  readonly signal: AbortSignal;
  /** Standard input; none without it. */
  readonly input?: string;
  /** Given standard output as it comes, which then is not collected. What it throws ends the process and is thrown. */
  readonly take?: (chunk: Buffer) => void;
}

export interface GitOutput {
  /** Empty where something took it. */
  readonly stdout: Buffer;
  /** Its last 64 KiB. */
  readonly stderr: string;
  /** Null where a signal ended it. */
  readonly exitCode: number | null;
  /** Why it was ended before its time; undefined where it ended by itself. */
  readonly cut?: 'timeout' | 'aborted' | 'too-large';
}

const maxStderr = 64 * 1024;
const pipeGraceMs = 2_000;

/**
 * Runs git in a process group of its own, so that its helpers (`git-remote-https`, `ssh`, `index-pack`) end with it.
 * Resolves when nothing of it runs any more, whatever its exit code was.
 *
 * @throws the error of `spawn`, where git could not be started, and that of `options.take`
 */
export async function runGit(args: readonly string[], options: RunOptions): Promise<GitOutput> {
  const child = spawn('git', args, {
    cwd: options.cwd,
    env: options.environment,
    detached: true,
    stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  });
  let cut: GitOutput['cut'];
  const end = (why: NonNullable<GitOutput['cut']>) => {
    cut ??= why;
    killGroup(child);
  };
  const abort = () => end('aborted');
  const deadline = setTimeout(() => end('timeout'), options.timeoutMs);
  options.signal.addEventListener('abort', abort);
  const stdout: Buffer[] = [];
  let size = 0;
  const collect = (chunk: Buffer) => {
    size += chunk.length;
    if (size > options.maxBytes) end('too-large');
    else stdout.push(chunk);
  };
  const refused = passOn(child, options.take ?? collect);
  let stderr = Buffer.alloc(0);
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr = Buffer.concat([stderr, chunk]).subarray(-maxStderr);
  });
  // git may have ended before it read all: its exit code tells.
  child.stdin?.on('error', () => {});
  child.stdin?.end(options.input);
  try {
    if (options.signal.aborted) abort();
    const exitCode = await ended(child);
    const [failure] = refused;
    if (failure !== undefined) throw failure.error;
    return {
      stdout: Buffer.concat(stdout),
      stderr: stderr.toString('utf8'),
      exitCode,
      ...(cut === undefined ? {} : { cut }),
    };
  } finally {
    clearTimeout(deadline);
    options.signal.removeEventListener('abort', abort);
  }
}

/** Hands standard output on, until that throws: then git is ended. @returns what was thrown, once it was */
function passOn(child: ChildProcess, take: (chunk: Buffer) => void): readonly { readonly error: unknown }[] {
  const thrown: { error: unknown }[] = [];
  child.stdout?.on('data', (chunk: Buffer) => {
    if (thrown.length > 0) return;
    try {
      take(chunk);
    } catch (error) {
      thrown.push({ error });
      killGroup(child);
    }
  });
  return thrown;
}

/** The group's id is git's own: it leads it. */
function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** `close` waits for the pipes too; a process that left the group could hold them for ever, so they get a grace only. */
function ended(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    let grace: NodeJS.Timeout | undefined;
    child.once('error', reject);
    child.once('exit', () => {
      grace = setTimeout(() => {
        killGroup(child);
        child.stdout?.destroy();
        child.stderr?.destroy();
      }, pipeGraceMs);
    });
    child.once('close', (exitCode) => {
      clearTimeout(grace);
      resolve(exitCode);
    });
  });
}
