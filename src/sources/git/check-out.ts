import { randomBytes } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SyncError } from '../../errors.ts';
import { runGit } from './run-git.ts';
import { localFailure, mirrorEnvironment } from './run-local.ts';
import type { Mirror } from './with-mirror.ts';

/**
 * Writes files of a tree into an existing directory. Not by simple-git: it waits 50 ms longer than a verb that
 * prints nothing runs, which is most of what a pack takes.
 *
 * @param tree `commit:path`
 * @param paths relative to the tree; undefined means all of it
 * @throws SyncError `git-mirror-damaged`, `disk-full`, `aborted`
 */
export async function checkOut(
  mirror: Mirror,
  tree: string,
  paths: readonly string[] | undefined,
  target: string,
): Promise<void> {
  const { git } = mirror;
  // Names that openMirror clears, should we be killed here.
  const index = join(mirror.directory, `${randomBytes(6).toString('hex')}.index`);
  const list = `${index}.paths.index`;
  try {
    if (paths !== undefined) await writeFile(list, paths.map((path) => `${path}\0`).join(''));
    const files = paths === undefined ? ['--', '.'] : [`--pathspec-from-file=${list}`, '--pathspec-file-nul'];
    git.log.debug('git', { args: `checkout ${tree}` });
    const output = await runGit(['checkout', '-q', '-f', tree, ...files], {
      environment: { ...mirrorEnvironment(mirror), GIT_WORK_TREE: target, GIT_INDEX_FILE: index },
      cwd: target,
      timeoutMs: git.settings.timeoutMs,
      maxBytes: 1024 * 1024,
      signal: git.signal,
    });
    if (output.cut === 'timeout') throw slow(mirror);
    if (output.exitCode !== 0) throw localFailure(mirror, output.stderr);
  } finally {
    await rm(index, { force: true });
    if (paths !== undefined) await rm(list, { force: true });
  }
}

function slow({ git, url }: Mirror): SyncError {
  const message = `The content of ${url} was not written within ${git.settings.timeoutMs / 1000} s`;
  return new SyncError('git-timeout', message, { hint: 'Try again, or raise git.timeout.', retry: 'soon' });
}
