import type { GitRef } from '../config/config.ts';
import type { RemoteRefs } from '../sources/git/list-refs.ts';

/** A directory of a ref of a remote, as a document or an entry names it. */
export interface Followed {
  readonly url: string;
  readonly ref: GitRef;
  readonly path: string;
}

/** What remotes answered in earlier passes of this process. */
export interface KnownRefs {
  /** The refs in which this was found before; undefined where it was not, or the remote gave no answer since. */
  find(followed: Followed): RemoteRefs | undefined;
  /** Takes the place of what the remote answered before; null where it gave no answer. */
  answered(url: string, refs: RemoteRefs | null): void;
  /** It was found in what its remote answered last. */
  found(followed: Followed): void;
}

export function createKnownRefs(): KnownRefs {
  const answers = new Map<string, { readonly refs: RemoteRefs; readonly found: Set<string> }>();
  const keyOf = ({ ref, path }: Followed) => JSON.stringify([ref, path]);
  return {
    find(followed) {
      const answer = answers.get(followed.url);
      return answer?.found.has(keyOf(followed)) === true ? answer.refs : undefined;
    },
    answered(url, refs) {
      if (refs === null) answers.delete(url);
      else answers.set(url, { refs, found: answers.get(url)?.found ?? new Set() });
    },
    found: (followed) => void answers.get(followed.url)?.found.add(keyOf(followed)),
  };
}
