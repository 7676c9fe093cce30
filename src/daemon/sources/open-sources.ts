import type { Context } from '../../context.ts';
import type { Desired, UnreadablePack } from '../../desired/desired.ts';
import { problemsOf } from '../../errors.ts';
import type { Events } from '../../events/create-events.ts';
import type { LookRequest } from '../daemon-view.ts';
import { roughly, sayProblem } from '../say-problem.ts';
import type { Timing } from '../timing.ts';
import { createSources, type Reading, type Sources, stillFetching } from './create-sources.ts';

/** A daemon's remotes, and what its passes and requests want of them. */
export interface OpenSources
  extends Pick<Sources, 'beginReading' | 'retryNow' | 'giveWay' | 'goOn' | 'states' | 'close'> {
  /** Told what a reading found desired. */
  read(reading: Reading, desired: Desired, isWhole: boolean): void;
  /** When the remote of a pack is tried again that could not be read last; undefined where none keeps it waiting. */
  retryOf(ref: string): { readonly attempts: number; readonly at: Date } | undefined;
  /** Whether it is its remote alone that keeps a pack from being read. */
  waitsFor(ref: string): boolean;
  /** Asks the remotes that a request means; resolves when a pass can see what they say. */
  askFor(request: LookRequest): Promise<void>;
}

/** Tells, as news and in the log, what fails and what does well again. */
export function openSources(
  context: Context,
  options: {
    readonly timing: Timing;
    readonly events: Events;
    readonly onNews: () => void;
    readonly onStates: () => void;
  },
): OpenSources {
  const { log, now } = context;
  const { events } = options;
  const urls = new Map<string, string>();
  let unreadable = new Map<string, string>();
  let fetching: ReadonlySet<string> = new Set();
  const sources = createSources(context, {
    ...options,
    onTrouble(url, failure) {
      options.onStates();
      if (failure === null) {
        events.emit({ type: 'source-recovered', url });
        log.info(`${url} answers again.`);
        return;
      }
      const { error, retryAt } = failure;
      for (const problem of problemsOf(error).slice(0, 1)) {
        events.emit({ type: 'source-failed', url, problem, retryAt });
        const next = roughly(retryAt.getTime() - now().getTime());
        log.warn(`${sayProblem(problem)} It is tried again in ${next}; what is known of it stays.`);
      }
    },
  });
  const retryOf = (ref: string) => {
    const url = unreadable.get(ref);
    const failure = url === undefined ? null : sources.failure(url);
    return failure === null ? undefined : { attempts: failure.attempts, at: failure.retryAt };
  };
  return {
    ...sources,
    read(reading, desired, isWhole) {
      for (const { ref, document } of [...desired.packs, ...desired.unreadable]) {
        if (document.source.type === 'git') urls.set(ref, document.source.url);
        else urls.delete(ref);
      }
      unreadable = new Map(
        desired.unreadable.flatMap(({ ref, document: { source } }) =>
          source.type === 'git' ? [[ref, source.url] as const] : [],
        ),
      );
      const isFetching = ({ problems }: UnreadablePack) => problems.some(({ code }) => code === stillFetching);
      fetching = new Set(desired.unreadable.filter(isFetching).map(({ ref }) => ref));
      // What an entry or a document says that cannot be read is not known: nothing of it is given up.
      if (isWhole && desired.complete) sources.keep(reading);
    },
    retryOf,
    waitsFor: (ref) => fetching.has(ref) || retryOf(ref) !== undefined,
    askFor({ refs, urls: named }) {
      const ofRefs = refs?.flatMap((ref) => urls.get(ref) ?? []);
      const both = named === undefined && ofRefs === undefined ? undefined : [...(named ?? []), ...(ofRefs ?? [])];
      return sources.askNow(both);
    },
  };
}
