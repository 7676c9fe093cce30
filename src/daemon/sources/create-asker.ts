import type { Context } from '../../context.ts';
import type { RemoteCommit } from '../../desired/remotes.ts';
import { problemsOf, SyncError } from '../../errors.ts';
import { debounce } from '../../sources/debounce.ts';
import { fetchCommit } from '../../sources/git/fetch-commit.ts';

import { listRefs } from '../../sources/git/list-refs.ts';
import { withMirror } from '../../sources/git/with-mirror.ts';
import { openGit } from '../../sources/open-git.ts';
import { backoffMs, jitterMs } from '../backoff.ts';
import type { Timing } from '../timing.ts';
import { createLane, type Urgency } from './lane.ts';
import { learnRefs } from './learn-refs.ts';
import type { Patience } from './patience.ts';
import { type Failure, type Fetch, failureOf, type Job, type Source } from './source.ts';

/** Speaks to remotes beside passes, and keeps in each `Source` what came of it. Nothing here rejects. */
export interface Asker {
  /** For its refs, unless it is being asked; then fetches the commits that they lead to. */
  ask(source: Source, urgency: Urgency): Job;
  /** Unless it is being fetched. Once it is there it is no longer among the source's fetches. */
  fetch(source: Source, commit: RemoteCommit, urgency: Urgency): Fetch;
  /** What failed is due now, as if it had failed for the first time. */
  forgive(source: Source): void;
  /** Says how it does, where that is another than was told. */
  tell(source: Source): void;
  /** Resolves when nothing goes on. */
  close(): Promise<void>;
}

interface End {
  /** Passes find something else now than before. */
  readonly isNews: boolean;
  readonly urgency: Urgency;
  readonly error: SyncError | null;
}

export interface AskerOptions {
  readonly timing: Timing;
  readonly patience: Patience;
  readonly onNews: () => void;
  readonly onTrouble: (url: string, failure: Failure | null) => void;
  /** Something is due at this time of `Timing.now`. */
  readonly onDue: (dueMs: number) => void;
}

/** Remotes that were not waited for are read together. */
const lateMs = 200;

export function createAsker(context: Context, options: AskerOptions): Asker {
  const { timing, patience, onNews, onTrouble, onDue } = options;
  const { signal } = context;
  const { intervalMs, concurrency } = context.config.sync;
  const git = openGit(context);
  const lane = createLane(concurrency, timing);
  const running = new Set<Promise<void>>();
  const soon = debounce(onNews, lateMs);

  /** @param end told what went wrong, or null, unless the daemon stops */
  function begin(
    url: string,
    urgency: Urgency,
    work: () => Promise<void>,
    end: (error: SyncError | null) => void,
  ): Job {
    const done = lane(url, urgency, async () => {
      if (!signal.aborted) await work();
    })
      .then(
        () => null,
        (error: unknown) => asSyncError(error),
      )
      .then((error) => {
        if (!signal.aborted) end(error);
      })
      .finally(() => running.delete(done));
    running.add(done);
    return { sinceMs: timing.now(), done, isLate: false };
  }

  function ask(source: Source, urgency: Urgency): Job {
    if (source.question !== null) return source.question;
    let isNews = false;
    const job = begin(
      source.url,
      urgency,
      async () => {
        const askedMs = timing.now();
        isNews = learnRefs(source, await listRefs(git, source.url), askedMs);
      },
      (error) => {
        source.question = null;
        const isFirst = source.askedAt === null;
        source.askedAt = context.now();
        source.failure = error === null ? null : fail(error, source.failure);
        // Those that were asked together at the start are not asked together again.
        const nextMs = isFirst ? intervalMs * timing.random() : jitterMs(intervalMs, timing.random);
        source.dueMs = source.failure?.retryMs ?? timing.now() + nextMs;
        onDue(source.dueMs);
        if (error === null) fetchNext(source, urgency);
        end(job, source, { isNews, urgency, error });
      },
    );
    source.question = job;
    return job;
  }

  function fetchNext(source: Source, urgency: Urgency): void {
    for (const { next } of source.follows.values()) {
      if (next === null || source.fetches.get(next.commit)?.failure != null) continue;
      const { commit, remoteRef } = next;
      fetch(source, { url: source.url, commit, ...(remoteRef === undefined ? {} : { remoteRef }) }, urgency);
    }
  }

  function fetch(source: Source, commit: RemoteCommit, urgency: Urgency): Fetch {
    const known = source.fetches.get(commit.commit);
    if (known !== undefined && known.job !== null) return known;
    const made: Fetch = known ?? { commit, job: null, failure: null };
    source.fetches.set(commit.commit, made);
    const job = begin(
      source.url,
      urgency,
      () => withMirror(git, commit, (mirror) => fetchCommit(mirror, commit.commit, commit.remoteRef)),
      (error) => {
        made.job = null;
        made.failure = error === null ? null : fail(error, made.failure);
        if (made.failure !== null) onDue(made.failure.retryMs);
        else source.fetches.delete(commit.commit);
        if (error === null) source.fetched.add(commit.commit);
        end(job, source, { isNews: error === null && takeNext(source, commit.commit), urgency, error });
      },
    );
    made.job = job;
    return made;
  }

  function end(job: Job, source: Source, { isNews, urgency, error }: End): void {
    if (error === null && urgency === 'now') patience.progress();
    const wasTroubled = source.told !== null;
    tell(source);
    if (source.askedFor > 0) return;
    if (isNews) onNews();
    // What a pass took for missing, or was told to fail, it finds now; several of those may come together.
    else if (job.isLate || (wasTroubled && source.told === null)) soon.call();
  }

  function fail(error: SyncError, before: Failure | null): Failure {
    const attempts = (before?.attempts ?? 0) + 1;
    const waitMs = backoffMs(attempts, timing.random);
    const delayMs = error.retry === 'soon' ? waitMs : Math.max(waitMs, jitterMs(intervalMs, timing.random));
    return {
      error,
      attempts,
      retryMs: timing.now() + delayMs,
      retryAt: new Date(context.now().getTime() + delayMs),
    };
  }

  function forgive(source: Source): void {
    const now = { attempts: 0, retryMs: timing.now(), retryAt: context.now() };
    if (source.failure !== null) {
      source.failure = { ...source.failure, ...now };
      source.dueMs = now.retryMs;
    }
    for (const made of source.fetches.values()) if (made.failure !== null) made.failure = { ...made.failure, ...now };
  }

  function tell(source: Source): void {
    const failure = failureOf(source);
    const code = failure?.error.code ?? null;
    if (code === source.told) return;
    source.told = code;
    onTrouble(source.url, failure);
  }

  return {
    ask,
    fetch,
    forgive,
    tell,
    async close() {
      soon.cancel();
      while (running.size > 0) await Promise.all(running);
    },
  };
}

/** @returns whether a commit that is there now takes the place of another */
function takeNext({ follows }: Source, commit: string): boolean {
  let isNews = false;
  for (const follow of follows.values()) {
    if (follow.next?.commit !== commit) continue;
    isNews = true;
    Object.assign(follow, { found: { resolved: follow.next }, next: null });
  }
  return isNews;
}

function asSyncError(error: unknown): SyncError {
  if (error instanceof SyncError) return error;
  const problems = problemsOf(error);
  const [{ code, message } = { code: 'unexpected', message: String(error) }] = problems;
  return new SyncError(code, message, { problems, retry: 'soon', cause: error });
}
