import { simpleGit } from 'simple-git';
import { SyncError } from '../../errors.ts';
import { lastLines } from './classify-failure.ts';
import { localEnvironment } from './remote-environment.ts';
import type { Mirror } from './with-mirror.ts';

/**
 * Runs a git verb that speaks only to the mirror.
 *
 * @returns standard output, decoded as UTF-8
 * @throws SyncError `git-mirror-damaged`, `disk-full`, `aborted`
 */
export async function runLocal(mirror: Mirror, args: readonly string[]): Promise<string> {
  const { git } = mirror;
  const environment = mirrorEnvironment(mirror);
  // simple-git refuses a configuration file by variable unless told that it is ours.
  const local = simpleGit({
    baseDir: mirror.directory,
    allowEnvironment: Object.keys(environment),
    unsafe: { allowUnsafeConfigPaths: true },
    abort: git.signal,
    timeout: { block: git.settings.timeoutMs },
    completion: { onClose: true, onExit: false },
  }).env(environment);
  git.log.debug('git', { args: args.join(' ') });
  try {
    return await local.raw([...args]);
  } catch (error) {
    throw localFailure(mirror, error instanceof Error ? error.message : String(error), error);
  }
}

/** The environment in which git finds the mirror, and takes every path for what it is. */
export function mirrorEnvironment({ git, directory }: Mirror): Record<string, string> {
  return { ...localEnvironment(git), GIT_LITERAL_PATHSPECS: '1', GIT_DIR: directory };
}

/** A failure of git on the mirror, by what it wrote. */
export function localFailure({ git, url }: Mirror, stderr: string, cause?: unknown): SyncError {
  if (git.signal.aborted) return new SyncError('aborted', 'The run was ended before it was done', { retry: 'soon' });
  const text = git.redactor.redact(stderr);
  if (/no space left on device|disk quota exceeded/i.test(text)) {
    return new SyncError('disk-full', `The content of ${url} could not be written, because the disk is full`, {
      hint: 'Make room on the file systems of stateDir and packStore.',
      retry: 'soon',
    });
  }
  return new SyncError('git-mirror-damaged', `What was fetched from ${url} cannot be read${lastLines(text)}`, {
    hint: 'It is fetched again.',
    retry: 'soon',
    cause,
  });
}

/** The mirror was not read within `git.timeout`. */
export function slowMirror({ git, url }: Mirror): SyncError {
  const message = `The content of ${url} was not written within ${git.settings.timeoutMs / 1000} s`;
  return new SyncError('git-timeout', message, { hint: 'Try again, or raise git.timeout.', retry: 'soon' });
}
