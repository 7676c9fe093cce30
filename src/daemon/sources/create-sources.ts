import type { Context } from '../../context.ts';
import type { Followed, RemoteCommit, Remotes } from '../../desired/remotes.ts';
import { SyncError } from '../../errors.ts';
import type { ResolvedRef } from '../../sources/git/resolve-ref.ts';
import type { SourceState } from '../daemon-state.ts';
import type { Timing } from '../timing.ts';
import { createAsker } from './create-asker.ts';
import { createPatience } from './patience.ts';
import { pollSources } from './poll-sources.ts';
import {
  type Failure,
  type Follow,
  type Found,
  failureOf,
  followKey,
  type Job,
  newSource,
  type Source,
} from './source.ts';

/** The remotes of a daemon: asked apart from its passes, each in its own time. */
export interface Sources {
  /** What a pass that begins now gets from remotes: what is known; only what is named first is asked for. */
  beginReading(): Reading;
  /** From now on nothing is asked for but what this reading named. */
  keep(reading: Reading): void;
  /**
   * Asks these remotes at once; resolves once they answered, or take too long to be waited for: who asks looks then, and
   * is the only one to whom it is news. Undefined: all.
   */
  askNow(urls: readonly string[] | undefined): Promise<void>;
  /** Something changed that may mend what fails: its waiting is over. */
  retryNow(): void;
  /** Somebody waits for a pass: what nobody waits for is not asked until `goOn`, or for two seconds. */
  giveWay(): void;
  goOn(): void;
  /** Null while nothing of the remote fails. */
  failure(url: string): Failure | null;
  states(): readonly SourceState[];
  /** Resolves when nothing goes on any more; what is under way ends with the context's signal. */
  close(): Promise<void>;
}

export interface Reading {
  readonly remotes: Remotes;
  /** What it named: a url, and what is followed or fetched of it. */
  readonly named: ReadonlyMap<string, ReadonlySet<string>>;
}

export interface SourcesOptions {
  readonly timing: Timing;
  /** There is something new to read. */
  readonly onNews: () => void;
  /** A remote fails now, fails otherwise, or does well again (null). */
  readonly onTrouble: (url: string, failure: Failure | null) => void;
  /** How long a pass waits for a remote; 5000 by default. */
  readonly patienceMs?: number;
}

/** Begins to poll, until it is closed or the context's signal aborts. */
export function createSources(context: Context, options: SourcesOptions): Sources {
  const { timing } = options;
  const sources = new Map<string, Source>();
  const patience = createPatience(options.patienceMs ?? 5_000, timing);
  const asker = createAsker(context, { ...options, patience, onDue: (dueMs) => poll.rearm(dueMs) });
  const poll = pollSources(sources, asker, timing, context.signal);

  const sourceOf = (url: string): Source => {
    const source = sources.get(url) ?? newSource(url);
    sources.set(url, source);
    return source;
  };

  async function follow(followed: Followed, beganMs: number): Promise<ResolvedRef> {
    const source = sourceOf(followed.url);
    const key = followKey(followed);
    const known = source.follows.get(key);
    const named: Follow = known ?? { followed, sinceMs: timing.now(), found: null, next: null };
    source.follows.set(key, named);
    for (;;) {
      if (named.found !== null) return give(named.found);
      if (source.failure !== null) throw source.failure.error;
      const question = asker.ask(source, 'now');
      if (await patience.outlasts(question, beganMs)) continue;
      question.isLate = true;
      throw stillFetched(source.url);
    }
  }

  async function fetch(commit: RemoteCommit, beganMs: number): Promise<void> {
    const source = sourceOf(commit.url);
    if (source.fetched.has(commit.commit)) return;
    const before = source.fetches.get(commit.commit);
    if (before?.failure != null) throw before.failure.error;
    const { job } = asker.fetch(source, commit, 'now');
    if (job !== null && !(await patience.outlasts(job, beganMs))) {
      job.isLate = true;
      throw stillFetched(source.url);
    }
    const { failure } = source.fetches.get(commit.commit) ?? {};
    if (failure != null) throw failure.error;
  }

  return {
    beginReading() {
      const beganMs = timing.now();
      const named = new Map<string, Set<string>>();
      const name = (url: string, what: string) => named.set(url, (named.get(url) ?? new Set()).add(what));
      return {
        named,
        remotes: {
          follow(followed) {
            name(followed.url, followKey(followed));
            return follow(followed, beganMs);
          },
          fetch(commit) {
            name(commit.url, commit.commit);
            return fetch(commit, beganMs);
          },
        },
      };
    },
    keep({ named }) {
      for (const [url, source] of sources) {
        const kept = named.get(url);
        for (const key of source.follows.keys()) if (kept?.has(key) !== true) source.follows.delete(key);
        for (const id of source.fetched) if (kept?.has(id) !== true) source.fetched.delete(id);
        const next = new Set([...source.follows.values()].map((follow) => follow.next?.commit));
        for (const [id, { job }] of source.fetches)
          if (job === null && kept?.has(id) !== true && !next.has(id)) source.fetches.delete(id);
        if (source.follows.size === 0 && source.fetches.size === 0 && source.question === null) sources.delete(url);
        else asker.tell(source);
      }
    },
    async askNow(urls) {
      const chosen = [...sources.values()].filter(({ url }) => urls === undefined || urls.includes(url));
      await Promise.all(
        chosen.map(async (source) => {
          source.askedFor += 1;
          await askWhole(source);
          source.askedFor -= 1;
        }),
      );
    },
    retryNow() {
      for (const source of sources.values()) asker.forgive(source);
      poll.rearm(timing.now());
    },
    giveWay: poll.giveWay,
    goOn: poll.goOn,
    failure: (url) => {
      const source = sources.get(url);
      return source === undefined ? null : failureOf(source);
    },
    states: () => [...sources.values()].map(stateOf).sort((one, other) => (one.url < other.url ? -1 : 1)),
    async close() {
      await poll.close();
      await asker.close();
    },
  };

  async function outlasts(job: Job, beganMs: number): Promise<boolean> {
    const isDone = await patience.outlasts(job, beganMs);
    if (!isDone) job.isLate = true;
    return isDone;
  }

  /** For its refs, and for the commits that these lead to now. */
  async function askWhole(source: Source): Promise<void> {
    const beganMs = timing.now();
    asker.forgive(source);
    // What is asked already may have been answered before whatever it is that changed.
    if (source.question !== null && !(await outlasts(source.question, beganMs))) return;
    if (source.follows.size > 0 && !(await outlasts(asker.ask(source, 'now'), beganMs))) return;
    const fetches = [...source.fetches.values()].map(({ commit }) => asker.fetch(source, commit, 'now'));
    const jobs = fetches.flatMap(({ job }) => (job === null ? [] : [job]));
    await Promise.all(jobs.map((job) => outlasts(job, beganMs)));
  }
}

function give(found: Found): ResolvedRef {
  if ('missing' in found) throw found.missing;
  return found.resolved;
}

/** The code of what a reading does not wait for any longer. */
export const stillFetching = 'git-fetching';

function stillFetched(url: string): SyncError {
  return new SyncError(stillFetching, `${url} is still being fetched`, {
    hint: 'Nothing waits for it; what is there is looked at as soon as it is.',
    retry: 'soon',
  });
}

function stateOf(source: Source): SourceState {
  const { url, askedAt } = source;
  const failure = failureOf(source);
  if (failure === null) return { url, askedAt, failing: null };
  const { attempts, retryAt, error } = failure;
  const [problem = { severity: 'error', code: error.code, message: error.message } as const] = error.problems;
  return { url, askedAt, failing: { attempts, retryAt, problem } };
}
