import { spawn } from 'node:child_process';

export interface ProgramOptions {
  readonly directory?: string;
  readonly input?: string;
}

/**
 * Runs a program to its end, with the environment of the caller but git's configuration left out.
 * @returns standard output
 * @throws Error with standard error where the exit code is not 0
 */
export async function runProgram(
  file: string,
  args: readonly string[],
  { directory, input = '' }: ProgramOptions = {},
): Promise<string> {
  const child = spawn(file, args, { cwd: directory, env: { ...process.env, ...bareGit } });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => (stdout += chunk));
  child.stderr.on('data', (chunk) => (stderr += chunk));
  // A program that ends without reading its input is judged by its exit code.
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw new Error(`${file} ${args.slice(0, 6).join(' ')} ended with ${code}: ${stderr.slice(-2000)}`);
  return stdout;
}

export function runGit(args: readonly string[], options: ProgramOptions = {}): Promise<string> {
  return runProgram('git', args, options);
}

/** True where a program of this name is on the PATH. */
export function hasProgram(name: string): Promise<boolean> {
  return runProgram('sh', ['-c', 'command -v "$0"', name]).then(
    () => true,
    () => false,
  );
}

const bareGit = { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1', GIT_TERMINAL_PROMPT: '0' };
