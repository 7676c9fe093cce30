import type { Followed, RemoteCommit } from '../../desired/remotes.ts';
import type { SyncError } from '../../errors.ts';
import type { ResolvedRef } from '../../sources/git/resolve-ref.ts';

/** What a daemon knows of one remote. Times in milliseconds are on the clock of `Timing.now`. */
export interface Source {
  readonly url: string;
  /** What passes follow of it, by `followKey`. */
  readonly follows: Map<string, Follow>;
  /** Commits that are being fetched, or could not be, by id. */
  readonly fetches: Map<string, Fetch>;
  /** Commits that were fetched since the daemon began, and are still named. */
  readonly fetched: Set<string>;
  /** When it answered last, or failed to. */
  askedAt: Date | null;
  /** The question for its refs that is under way. */
  question: Job | null;
  /** Why the last question got no answer. */
  failure: Failure | null;
  /** When it is asked next. */
  dueMs: number;
  /** How many wait for all that it has to say, and look then: until they do, none of it is news. */
  askedFor: number;
  /** The code of the failure that was told last; null where it is known to do well. */
  told: string | null;
}

export interface Follow {
  readonly followed: Followed;
  /** Since when it is named; an answer to an older question may not know it yet. */
  readonly sinceMs: number;
  /** Null until the remote was asked. */
  found: Found | null;
  /** Takes the place of `found` once it is fetched: until then passes go by what they have. */
  next: ResolvedRef | null;
}

/** A commit, or that the remote has nothing of that name. */
export type Found = { readonly resolved: ResolvedRef } | { readonly missing: SyncError };

/** Something that goes on beside passes. */
export interface Job {
  readonly sinceMs: number;
  /** Never rejects. */
  readonly done: Promise<void>;
  /** A pass went on without it: its end is news. */
  isLate: boolean;
}

export interface Fetch {
  readonly commit: RemoteCommit;
  job: Job | null;
  failure: Failure | null;
}

export interface Failure {
  readonly error: SyncError;
  /** In a row. */
  readonly attempts: number;
  readonly retryMs: number;
  /** The same on the clock of people. */
  readonly retryAt: Date;
}

/** A remote of which nothing is known yet. */
export function newSource(url: string): Source {
  return {
    url,
    follows: new Map(),
    fetches: new Map(),
    fetched: new Set(),
    askedAt: null,
    question: null,
    failure: null,
    dueMs: Number.POSITIVE_INFINITY,
    askedFor: 0,
    told: null,
  };
}

/** Names what is followed of one remote. */
export function followKey({ ref, path }: Followed): string {
  return JSON.stringify([ref, path]);
}

/** Why a remote does not do well: of its refs first, then of commits. */
export function failureOf({ failure, fetches }: Source): Failure | null {
  return failure ?? [...fetches.values()].find((fetch) => fetch.failure !== null)?.failure ?? null;
}
