import type { GitRef } from './config.ts';
import type { GitFile } from './config-file.ts';

/** What to follow of a remote; a schema has made sure that at most one is given. Without any, its default branch. */
export function buildGitRef({ branch, tag, commit, semver, tagPrefix = '' }: GitFile): GitRef {
  if (branch !== undefined) return { type: 'branch', branch };
  if (tag !== undefined) return { type: 'tag', tag };
  if (commit !== undefined) return { type: 'commit', commit: commit.toLowerCase() };
  if (semver !== undefined) return { type: 'semver', range: semver.trim(), prefix: tagPrefix };
  return { type: 'default' };
}

/** A path inside a repository without `.`, doubled and outer slashes; '' is the root. */
export function normalisePath(path: string): string {
  return path
    .split('/')
    .filter((step) => step !== '' && step !== '.')
    .join('/');
}
