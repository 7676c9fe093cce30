import { SyncError } from '../errors.ts';

/** Builds and tests can take minutes: of one pack they can be called off while those of others go on. */
export interface LongSteps {
  /** These packs are built and tested now. */
  begin(refs: readonly string[]): void;
  /** Aborts where something newer is desired of the pack. */
  signalOf(ref: string): AbortSignal;
  /** Nothing is built or tested any more. */
  end(): void;
}

const never = new AbortController().signal;

/** Nothing is called off. */
export const wholeSteps: LongSteps = { begin() {}, signalOf: () => never, end() {} };

/** Runs what takes long for these packs. */
export async function duringSteps<T>(steps: LongSteps, refs: readonly string[], work: () => Promise<T>): Promise<T> {
  if (refs.length === 0) return work();
  steps.begin(refs);
  try {
    return await work();
  } finally {
    steps.end();
  }
}

/** Why a pack was called off. */
export function superseded(ref: string, cause?: unknown): SyncError {
  return new SyncError('superseded', `something newer is desired of ${ref}, so what was begun for it was called off`, {
    hint: 'Nothing of this pack was written; the next run begins at once.',
    retry: 'soon',
    cause,
  });
}

export function isSuperseded(error: unknown): error is SyncError {
  return error instanceof SyncError && error.code === 'superseded';
}

/** Aborts once all of them have: what several packs need goes on as long as one of them needs it. */
export function whenAllAbort(signals: readonly AbortSignal[]): AbortSignal {
  const all = new AbortController();
  let left = signals.length;
  for (const signal of signals) {
    const count = () => {
      left -= 1;
      if (left === 0) all.abort();
    };
    if (signal.aborted) count();
    else signal.addEventListener('abort', count, { once: true });
  }
  return all.signal;
}

/** What `work` gives, unless the signal aborts before. @throws SyncError `superseded` */
export async function unlessSuperseded<T>(ref: string, signal: AbortSignal, work: Promise<T>): Promise<T> {
  if (signal.aborted) throw superseded(ref);
  let stop = () => {};
  const aborted = new Promise<never>((_resolve, reject) => {
    stop = () => reject(superseded(ref));
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
