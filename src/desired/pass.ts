import type { GitRef } from '../config/config.ts';
import type { Context } from '../context.ts';
import { createRefLister, type RemoteRefs } from '../sources/git/list-refs.ts';
import { type ResolvedRef, resolveCommit, resolveRef } from '../sources/git/resolve-ref.ts';
import { openGit } from '../sources/open-git.ts';

/** One reading of the desired state: every remote is asked for its refs once, so that all see one moment of it. */
export interface Pass {
  readonly context: Context;
  /** The directory for what is fetched; `makeStaging` makes it, the caller removes it. */
  readonly staging: string;
  readonly refsOf: (url: string) => Promise<RemoteRefs>;
}

export function beginPass(context: Context, staging: string): Pass {
  return { context, staging, refsOf: createRefLister(openGit(context)) };
}

/** Follows a ref to its commit. A commit is followed without asking the remote. */
export async function followRef(pass: Pass, url: string, ref: GitRef): Promise<ResolvedRef> {
  return ref.type === 'commit' ? resolveCommit(ref.commit) : resolveRef(await pass.refsOf(url), ref, url);
}
