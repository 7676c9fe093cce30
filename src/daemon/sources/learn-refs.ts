import type { Followed } from '../../desired/remotes.ts';
import { SyncError } from '../../errors.ts';
import type { RemoteRefs } from '../../sources/git/list-refs.ts';
import { resolveRef } from '../../sources/git/resolve-ref.ts';
import type { Found, Source } from './source.ts';

/**
 * Takes what a remote answered to a question of `askedMs`: what was not found before is found now, and where another
 * commit is to take the place of one, it is `next`. Refs that nobody follows are nobody's concern.
 *
 * @returns whether passes find something else now than before
 */
export function learnRefs({ url, follows }: Source, refs: RemoteRefs, askedMs: number): boolean {
  let isNews = false;
  for (const follow of follows.values()) {
    if (askedMs < follow.sinceMs) continue;
    const now = find(refs, follow.followed);
    const { found } = follow;
    const isSame = found !== null && nameOf(found) === nameOf(now);
    if (isSame) follow.next = null;
    else if (found !== null && 'resolved' in now) follow.next = now.resolved;
    else {
      isNews ||= found !== null;
      Object.assign(follow, { found: now, next: null });
    }
  }
  return isNews;

  function find(answer: RemoteRefs, { ref }: Followed): Found {
    try {
      return { resolved: resolveRef(answer, ref, url) };
    } catch (error) {
      if (error instanceof SyncError) return { missing: error };
      throw error;
    }
  }
}

/** Another tag is news although its commit stays: it names the version, and may be signed by somebody else. */
function nameOf(found: Found): string {
  if ('missing' in found) return JSON.stringify(found.missing.problems);
  const { commit, name, remoteRef, tagObject } = found.resolved;
  return JSON.stringify([commit, name, remoteRef, tagObject]);
}
