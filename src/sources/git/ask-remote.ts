import { SyncError } from '../../errors.ts';
import { classifyFailure, lastLines } from './classify-failure.ts';
import type { Git } from './git.ts';
import { parseRemote, type Remote } from './parse-remote.ts';
import { remoteEnvironment } from './remote-environment.ts';
import { runGit } from './run-git.ts';

/** A ref is about 60 bytes: this is a million of them. */
const maxBytes = 64 * 1024 * 1024;

/**
 * Runs a git verb that speaks to a remote, under the deadline `git.timeout`. It is spawned by us and not by
 * simple-git, which can end git itself but not the helper that hangs.
 *
 * @returns standard output
 * @throws SyncError with a code that begins `git-`, or `aborted`
 */
export async function askRemote(git: Git, url: string, args: readonly string[]): Promise<Buffer> {
  const remote = parseRemote(url, git.settings.transports);
  const began = performance.now();
  const tell = (failure: string | null) => {
    const verb = args.includes('fetch') ? 'fetch' : 'ls-remote';
    const durationMs = performance.now() - began;
    for (const listen of git.remoteListeners) listen({ verb, host: remote.host, durationMs, failure });
  };
  try {
    const answer = await ask(git, remote, args);
    tell(null);
    return answer;
  } catch (error) {
    const code = error instanceof SyncError ? error.code : 'unexpected';
    // That a server does not give out a commit this way is an answer: another way is tried.
    if (code !== 'aborted') tell(code === 'git-commit-missing' ? null : code);
    throw error;
  }
}

async function ask(git: Git, remote: Remote, args: readonly string[]): Promise<Buffer> {
  const { url } = remote;
  const { environment, arguments: settings } = remoteEnvironment(git, remote);
  await git.ready();
  const began = performance.now();
  const output = await runGit([...settings, ...args], {
    environment,
    cwd: git.home,
    timeoutMs: git.settings.timeoutMs,
    maxBytes,
    signal: git.signal,
  }).catch((error: unknown) => {
    throw startFailure(error);
  });
  git.log.debug('git', {
    args: args.join(' '),
    milliseconds: Math.round(performance.now() - began),
    exitCode: output.exitCode,
  });
  if (output.cut === 'aborted')
    throw new SyncError('aborted', 'The run was ended before it was done', { retry: 'soon' });
  if (output.cut === 'timeout') {
    const seconds = git.settings.timeoutMs / 1000;
    throw new SyncError('git-timeout', `${url} gave no complete answer within ${seconds} s`, {
      hint: 'If the repository is large or the line slow, raise git.timeout.',
      retry: 'soon',
    });
  }
  if (output.cut === 'too-large') {
    throw new SyncError('git-output-too-large', `${url} lists more than ${maxBytes / 1024 / 1024} MiB of refs`, {
      hint: 'Name a repository with fewer refs.',
    });
  }
  if (output.exitCode !== 0) throw classifyFailure(remote, output.stderr, git.redactor);
  return output.stdout;
}

function startFailure(error: unknown): SyncError {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') {
    return new SyncError('git-missing', 'git is not on the search path', {
      hint: 'Install git, 2.29 or newer.',
      cause: error,
    });
  }
  return new SyncError('git-failed', `git could not be started${lastLines(message)}`, { retry: 'soon', cause: error });
}
