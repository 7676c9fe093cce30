import type { GitRef } from '../config/config.ts';
import type { Git } from '../sources/git/git.ts';
import { createRefLister } from '../sources/git/list-refs.ts';
import { type ResolvedRef, resolveRef } from '../sources/git/resolve-ref.ts';

/** A directory of a ref of a remote, as a document or an entry names it. */
export interface Followed {
  readonly url: string;
  readonly ref: GitRef;
  readonly path: string;
}

/** A commit of a remote, and where it is known the full name of a ref that leads to it. */
export interface RemoteCommit {
  readonly url: string;
  readonly commit: string;
  readonly remoteRef?: string;
}

/** Where one reading of the desired state gets refs and commits from. */
export interface Remotes {
  /** @throws SyncError `git-…` */
  follow(followed: Followed): Promise<ResolvedRef>;
  /** Called before a commit is read that was not read before. @throws SyncError `git-…` where it cannot be read now */
  fetch(commit: RemoteCommit): Promise<void>;
}

/** Every remote is asked for its refs once, so that the whole reading sees one moment of it; who reads a commit fetches it. */
export function askRemotes(git: Git): Remotes {
  const refsOf = createRefLister(git);
  return {
    follow: async ({ url, ref }) => resolveRef(await refsOf(url), ref, url),
    fetch: () => Promise.resolve(),
  };
}
