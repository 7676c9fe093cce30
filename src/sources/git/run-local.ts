import { simpleGit } from 'simple-git';
import { SyncError } from '../../errors.ts';
import { lastLines } from './classify-failure.ts';
import { localEnvironment } from './remote-environment.ts';
import type { Mirror } from './with-mirror.ts';

interface LocalOptions {
  /** Where files are written, and the index that git needs for it. */
  readonly workTree?: { readonly directory: string; readonly index: string };
  /** Standard input. */
  readonly input?: string;
}

/**
 * Runs a git verb that speaks only to the mirror.
 *
 * @returns standard output, decoded as UTF-8
 * @throws SyncError `git-mirror-damaged`, `disk-full`, `aborted`
 */
export async function runLocal(
  mirror: Mirror,
  args: readonly string[],
  { workTree, input }: LocalOptions = {},
): Promise<string> {
  const { git } = mirror;
  const environment: Record<string, string> = {
    ...localEnvironment(git),
    GIT_LITERAL_PATHSPECS: '1',
    GIT_DIR: mirror.directory,
    ...(workTree === undefined ? {} : { GIT_WORK_TREE: workTree.directory, GIT_INDEX_FILE: workTree.index }),
  };
  // simple-git refuses a configuration file by variable unless told that it is ours.
  const local = simpleGit({
    baseDir: workTree?.directory ?? mirror.directory,
    allowEnvironment: Object.keys(environment),
    unsafe: { allowUnsafeConfigPaths: true },
    abort: git.signal,
    timeout: { block: git.settings.timeoutMs },
    ...(input === undefined ? {} : { input: () => input }),
  }).env(environment);
  git.log.debug('git', { args: args.join(' ') });
  try {
    return await local.raw([...args]);
  } catch (error) {
    throw localFailure(mirror, error);
  }
}

function localFailure({ git, url }: Mirror, error: unknown): SyncError {
  if (git.signal.aborted) return new SyncError('aborted', 'The run was ended before it was done', { retry: 'soon' });
  const text = git.redactor.redact(error instanceof Error ? error.message : String(error));
  if (/no space left on device|disk quota exceeded/i.test(text)) {
    return new SyncError('disk-full', `The content of ${url} could not be written, because the disk is full`, {
      hint: 'Make room on the file systems of stateDir and packStore.',
      retry: 'soon',
    });
  }
  return new SyncError('git-mirror-damaged', `What was fetched from ${url} cannot be read${lastLines(text)}`, {
    hint: 'It is fetched again.',
    retry: 'soon',
    cause: error,
  });
}
