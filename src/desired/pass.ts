import type { Context } from '../context.ts';
import { createRefLister, type RemoteRefs } from '../sources/git/list-refs.ts';
import { type ResolvedRef, resolveCommit, resolveRef } from '../sources/git/resolve-ref.ts';
import { openGit } from '../sources/open-git.ts';
import { createKnownRefs, type Followed, type KnownRefs } from './known-refs.ts';

/** What earlier passes were told by remotes, and whether this one takes it for true still. */
export interface RemoteRefsOption {
  readonly known: KnownRefs;
  /** False: every remote is asked. */
  readonly reuse: boolean;
}

/** One reading of the desired state: every remote is asked for its refs at most once, so that all see one moment of it. */
export interface Pass {
  readonly context: Context;
  /** The directory for what is fetched; `makeStaging` makes it, the caller removes it. */
  readonly staging: string;
  readonly remotes: RemoteRefsOption;
  readonly refsOf: (url: string) => Promise<RemoteRefs>;
}

export function beginPass(context: Context, staging: string, remotes?: RemoteRefsOption): Pass {
  return {
    context,
    staging,
    remotes: remotes ?? { known: createKnownRefs(), reuse: false },
    refsOf: createRefLister(openGit(context)),
  };
}

/**
 * Follows a ref to its commit. A commit is followed without asking the remote, and so is what was followed before
 * where the pass reuses that; what is named for the first time is asked for.
 */
export async function followRef(pass: Pass, followed: Followed): Promise<ResolvedRef> {
  const { url, ref } = followed;
  if (ref.type === 'commit') return resolveCommit(ref.commit);
  const { known, reuse } = pass.remotes;
  const before = reuse ? known.find(followed) : undefined;
  if (before !== undefined) return resolveRef(before, ref, url);
  const refs = await pass.refsOf(url).catch((error: unknown) => {
    known.answered(url, null);
    throw error;
  });
  known.answered(url, refs);
  const resolved = resolveRef(refs, ref, url);
  known.found(followed);
  return resolved;
}
