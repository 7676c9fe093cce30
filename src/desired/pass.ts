import type { Context } from '../context.ts';
import { type ResolvedRef, resolveCommit } from '../sources/git/resolve-ref.ts';
import { findPolicy } from '../sources/git/signatures/find-policy.ts';
import { verifySource } from '../sources/git/signatures/verify-source.ts';
import { openGit } from '../sources/open-git.ts';
import { askRemotes, type Followed, type Remotes } from './remotes.ts';

/** One reading of the desired state. */
export interface Pass {
  readonly context: Context;
  /** The directory for what is fetched; `makeStaging` makes it, the caller removes it. */
  readonly staging: string;
  readonly remotes: Remotes;
  /** `url commit` of those whose signatures were found to hold: a tag leads to a commit, and packs beside documents name that. */
  readonly verified: Set<string>;
}

/** @param remotes without it every remote is asked */
export function beginPass(context: Context, staging: string, remotes?: Remotes): Pass {
  return { context, staging, remotes: remotes ?? askRemotes(openGit(context)), verified: new Set() };
}

/** Follows a ref to its commit; what names a commit needs no remote for that. */
export async function followRef({ remotes }: Pass, followed: Followed): Promise<ResolvedRef> {
  const { ref } = followed;
  return ref.type === 'commit' ? resolveCommit(ref.commit) : remotes.follow(followed);
}

/**
 * Refuses a commit whose signatures do not count, where the configuration asks for some. Fetches it before.
 *
 * @throws SyncError those of `verifySource`, and of `Remotes.fetch`
 */
export async function verifyFollowed(pass: Pass, url: string, followed: ResolvedRef): Promise<void> {
  const git = openGit(pass.context);
  const policy = findPolicy(git.settings.verify ?? [], url);
  if (policy === undefined || policy.mode === 'off') return;
  const { commit, remoteRef } = followed;
  if (remoteRef === undefined && pass.verified.has(`${url} ${commit}`)) return;
  await pass.remotes.fetch({ url, commit, ...(remoteRef === undefined ? {} : { remoteRef }) });
  await verifySource(git, url, followed);
  pass.verified.add(`${url} ${commit}`);
}
