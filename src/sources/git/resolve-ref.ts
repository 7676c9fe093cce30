import type { GitRef } from '../../config/config.ts';
import { SyncError } from '../../errors.ts';
import type { RemoteRefs } from './list-refs.ts';
import { findNearTags, selectTag, type TagRange } from './select-tag.ts';

/** A ref followed to its commit. */
export interface ResolvedRef {
  readonly commit: string;
  /** The branch or tag that was followed, or the commit. */
  readonly name: string;
  /** The ref's full name on the remote, for servers that give out refs only; undefined for a commit. */
  readonly remoteRef?: string;
  /** The object of an annotated tag. */
  readonly tagObject?: string;
}

/**
 * Follows what a document asks for, by the refs a remote has. A commit is taken as it is: whether the remote has it
 * shows when it is fetched.
 *
 * @throws SyncError `git-ref-missing`, naming the nearest refs there are; `git-ref-invalid`
 */
export function resolveRef(refs: RemoteRefs, ref: GitRef, url: string): ResolvedRef {
  if (ref.type === 'commit') return resolveCommit(ref.commit);
  if (ref.type === 'default') return resolveDefault(refs, url);
  if (ref.type === 'semver') return resolveRange(refs, ref, url);
  const name = ref.type === 'branch' ? ref.branch : ref.tag;
  const [found, other] = ref.type === 'branch' ? [refs.branches, refs.tags] : [refs.tags, refs.branches];
  const commit = found.get(name);
  if (commit !== undefined) {
    return ref.type === 'branch' ? { commit, name, remoteRef: `refs/heads/${name}` } : resolveTag(refs, name, commit);
  }
  const otherType = ref.type === 'branch' ? 'tag' : 'branch';
  throw new SyncError('git-ref-missing', `${url} has no ${ref.type} ${JSON.stringify(name)}`, {
    hint: other.has(name)
      ? `There is a ${otherType} of that name: write ${otherType}: ${name}.`
      : nearestHint(name, [...found.keys()], ref.type),
  });
}

/** A commit that needs no remote to be followed. */
export function resolveCommit(commit: string): ResolvedRef {
  if (!/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(commit)) {
    throw new SyncError('git-ref-invalid', `${JSON.stringify(commit)} is no full commit`, {
      hint: 'Write all 40 (or 64) hexadecimal digits; servers do not look up shortened ones.',
    });
  }
  return { commit, name: commit };
}

function resolveDefault(refs: RemoteRefs, url: string): ResolvedRef {
  if (refs.head !== undefined) {
    const { branch, commit } = refs.head;
    return { commit, name: branch ?? 'HEAD', remoteRef: branch === null ? 'HEAD' : `refs/heads/${branch}` };
  }
  const branches = [...refs.branches.keys()];
  throw new SyncError('git-ref-missing', `${url} has no default branch`, {
    hint:
      branches.length === 0
        ? 'The repository has no branch at all: push a commit to it.'
        : `Name one: ${branches.slice(0, 5).join(', ')}.`,
  });
}

function resolveTag({ tagObjects }: RemoteRefs, name: string, commit: string): ResolvedRef {
  const tagObject = tagObjects?.get(name);
  return { commit, name, remoteRef: `refs/tags/${name}`, ...(tagObject === undefined ? {} : { tagObject }) };
}

function resolveRange(refs: RemoteRefs, wanted: TagRange, url: string): ResolvedRef {
  const { tags } = refs;
  const name = selectTag(tags, wanted);
  const commit = name === undefined ? undefined : tags.get(name);
  if (name !== undefined && commit !== undefined) return resolveTag(refs, name, commit);
  const { range, prefix } = wanted;
  const which = `tag with a version in ${JSON.stringify(range)}${prefix === '' ? '' : ` behind ${JSON.stringify(prefix)}`}`;
  const { nearest, prereleases } = findNearTags(tags, wanted);
  throw new SyncError('git-ref-missing', `${url} has no ${which}`, {
    hint:
      prereleases.length > 0
        ? `Prereleases count only where the range names one of the same version: ${prereleases.join(', ')}.`
        : nearest.length > 0
          ? `The nearest it has: ${nearest.join(', ')}.`
          : `${nearestHint(`${prefix}1.0.0`, [...tags.keys()], 'tag')} A version is three numbers, with or without v before them.`,
  });
}

function nearestHint(name: string, names: readonly string[], what: string): string {
  if (names.length === 0) return `It has no ${what} at all.`;
  const nearest = names
    .map((candidate) => ({ candidate, distance: distance(name.toLowerCase(), candidate.toLowerCase()) }))
    .sort((one, other) => one.distance - other.distance || (one.candidate < other.candidate ? -1 : 1))
    .slice(0, 3)
    .map(({ candidate }) => candidate);
  return `The nearest it has: ${nearest.join(', ')}.`;
}

/** How many single characters must change (Levenshtein). */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i++) {
    const next = [i];
    for (let j = 1; j <= other.length; j++) {
      const swap = (row[j - 1] ?? 0) + (one[i - 1] === other[j - 1] ? 0 : 1);
      next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}
