import { rm } from 'node:fs/promises';
import { type Problem, problem, SyncError } from '../../errors.ts';
import { checkTree } from './check-tree.ts';
import type { CommitInfo } from './commit-info.ts';
import { exportTree } from './export-tree.ts';
import { fetchCommit, renewMirror } from './fetch-commit.ts';
import type { Git } from './git.ts';
import { listTree } from './list-tree.ts';
import { type Mirror, withMirror } from './with-mirror.ts';

/** Exact content in a remote: a directory of a commit. */
export interface CommitPath {
  readonly url: string;
  readonly commit: string;
  /** Without leading and trailing slash; '' is the repository's root. */
  readonly path: string;
  /** The full name of a ref that leads to the commit, where one is known. */
  readonly remoteRef?: string;
}

/**
 * Writes a pack of a commit to a new directory, after its tree was checked.
 *
 * @returns who made the commit
 * @throws SyncError `pack-file-missing` where there is no pack.yaml, `tree-…` where the tree is refused, `git-…`
 */
export async function exportPack(git: Git, source: CommitPath, target: string): Promise<CommitInfo> {
  return readCommit(git, source, target, async (mirror) => {
    const entries = await listTree(mirror, source.commit, source.path);
    if (!entries.some(({ path }) => isPackFile(path))) throw await packFileMissing(mirror, source);
    refuse(source, checkTree(entries));
    return exportTree(mirror, source.commit, entries, target);
  });
}

/**
 * Writes those files of a commit that are wanted to a new directory; only they are checked.
 *
 * @returns the paths written, relative to `source.path`
 * @throws SyncError `git-path-missing`, `tree-…`, `git-…`
 */
export async function exportFiles(
  git: Git,
  source: CommitPath,
  target: string,
  isWanted: (path: string) => boolean,
): Promise<readonly string[]> {
  return readCommit(git, source, target, async (mirror) => {
    const all = await listTree(mirror, source.commit, source.path);
    if (all.length === 0 && source.path !== '') {
      throw new SyncError('git-path-missing', `${source.url} has no directory ${source.path} in ${short(source)}`, {
        hint: 'Check the path, and that it was committed and pushed.',
      });
    }
    const entries = all.filter(({ path }) => isWanted(path));
    refuse(source, checkTree(entries));
    await exportTree(mirror, source.commit, entries, target);
    return entries.map(({ path }) => path);
  });
}

/** Fetches what is missing, and once more where the mirror turns out to be damaged. */
async function readCommit<T>(
  git: Git,
  source: CommitPath,
  target: string,
  read: (mirror: Mirror) => Promise<T>,
): Promise<T> {
  checkPath(source.path);
  return withMirror(git, source, async (mirror) => {
    const attempt = async () => {
      await fetchCommit(mirror, source.commit, source.remoteRef);
      try {
        return await read(mirror);
      } catch (error) {
        await rm(target, { recursive: true, force: true });
        throw error;
      }
    };
    const { generation } = mirror.hold;
    return attempt().catch(async (error: unknown) => {
      if (!(error instanceof SyncError && error.code === 'git-mirror-damaged')) throw error;
      git.log.warn(`The mirror of ${source.url} is damaged and made anew`, { code: error.code });
      await renewMirror(mirror, generation);
      return attempt();
    });
  });
}

function checkPath(path: string): void {
  const parts = path === '' ? [] : path.split('/');
  if (parts.every((part) => part !== '' && part !== '.' && part !== '..') && !/\p{Cc}/u.test(path)) return;
  throw new SyncError('git-path-invalid', `${JSON.stringify(path)} is no path inside a repository`, {
    hint: "Write it relative to the repository's root, without . and .. in it.",
  });
}

function refuse(source: CommitPath, problems: readonly Problem[]): void {
  if (problems.length === 0) return;
  const place = source.path === '' ? source.url : `${source.path} of ${source.url}`;
  throw new SyncError('tree-refused', `${place} holds files that are refused`, { problems });
}

async function packFileMissing(mirror: Mirror, source: CommitPath): Promise<SyncError> {
  const all = await listTree(mirror, source.commit, '');
  const found = all.filter(({ path }) => isPackFile(path.slice(path.lastIndexOf('/') + 1)));
  const place = source.path === '' ? 'its root' : `the directory ${source.path}`;
  const message = `${source.url} has no pack.yaml in ${place} at ${short(source)}`;
  const hint =
    found.length === 0
      ? 'There is none in the whole repository: check the URL.'
      : `Set path to one of: ${found
          .slice(0, 10)
          .map(({ path }) => directoryOf(path))
          .join(', ')}.`;
  return new SyncError('pack-file-missing', message, {
    problems: [problem('error', 'pack-file-missing', message, { hint })],
  });
}

function isPackFile(path: string): boolean {
  return path === 'pack.yaml' || path === 'pack.yml';
}

function directoryOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '.' : path.slice(0, slash);
}

function short({ commit }: CommitPath): string {
  return commit.slice(0, 12);
}
