import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { SyncError } from '../../errors.ts';
import { acquireLock } from '../../lock-file.ts';
import type { Git, MirrorHold } from './git.ts';
import { formatOf, type ObjectFormat, openMirror } from './open-mirror.ts';

/** The bare repository that holds what was fetched from one remote. */
export interface Mirror {
  readonly git: Git;
  readonly url: string;
  readonly directory: string;
  readonly format: ObjectFormat;
  readonly hold: MirrorHold;
}

/**
 * Runs something with the mirror of a remote, which no other process uses meanwhile. Reading in it goes on side by
 * side; `fetchCommit` takes turns.
 *
 * @throws SyncError `git-mirror-locked`, where another process holds it for longer than `git.timeout`
 */
export async function withMirror<T>(
  git: Git,
  { url, commit }: { readonly url: string; readonly commit: string },
  use: (mirror: Mirror) => Promise<T>,
): Promise<T> {
  await git.ready();
  const format = formatOf(commit);
  const directory = mirrorDirectory(git, url, format);
  const hold = git.holds.get(directory) ?? take(git, directory, format);
  hold.users++;
  try {
    await hold.release;
    return await use({ git, url, directory, format, hold });
  } finally {
    hold.users--;
    if (hold.users === 0) {
      git.holds.delete(directory);
      const release = await hold.release.catch(() => async () => {});
      await release();
    }
  }
}

/** Where the mirror of a remote is, or would be. */
export function mirrorDirectory(git: Pick<Git, 'home'>, url: string, format: ObjectFormat): string {
  const name = createHash('sha256').update(`${format} ${url}`).digest('hex').slice(0, 20);
  return join(git.home, name);
}

function take(git: Git, directory: string, format: ObjectFormat): MirrorHold {
  const file = `${directory}.lock`;
  const lock = acquireLock(file, {
    timeoutMs: git.settings.timeoutMs,
    signal: git.signal,
    explain: (holder) => mirrorLocked(file, holder),
  });
  const release = lock.then(async (unlock) => {
    try {
      await openMirror(directory, format);
      return unlock;
    } catch (error) {
      await unlock();
      throw error;
    }
  });
  const hold: MirrorHold = { users: 0, release, generation: 0, fetched: Promise.resolve() };
  git.holds.set(directory, hold);
  return hold;
}

function mirrorLocked(file: string, holder: string): SyncError {
  return new SyncError('git-mirror-locked', `A git mirror is in use by ${holder} for too long (${file})`, {
    hint: 'Try again when that process has ended, or see what it does.',
    retry: 'soon',
  });
}
