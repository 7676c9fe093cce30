import type { LookAnswer, LookRequest } from './daemon-view.ts';

/** Requests for a pass, from when they are made until the pass that covers them has ended. */
export interface LookRequests {
  add(request: LookRequest): Promise<LookAnswer>;
  /** From now on a request counts as made once this is done for it. */
  prepare(work: (request: LookRequest) => Promise<void>): void;
  /** A pass begins: those made before it are its own. */
  take(): TakenRequests;
  /** Answers all that wait: no pass is to come. */
  close(why: string): void;
}

export interface TakenRequests {
  readonly requests: readonly LookRequest[];
  /** Those that are being prepared: this pass may be about what their remotes said a moment ago, and a later one covers them. */
  readonly prepared: readonly LookRequest[];
  answer(answer: LookAnswer): void;
}

interface Waiting {
  readonly request: LookRequest;
  readonly resolve: (answer: LookAnswer) => void;
}

/** @param onAdd called with each request: a pass has to come */
export function createLookRequests(onAdd: (request: LookRequest) => void): LookRequests {
  let waiting: Waiting[] = [];
  const inHand = new Set<LookRequest>();
  let closed: string | null = null;
  let preparing: (request: LookRequest) => Promise<void> = () => Promise.resolve();

  function take(): TakenRequests {
    const taken = waiting;
    waiting = [];
    return {
      requests: taken.map(({ request }) => request),
      prepared: [...inHand],
      answer(answer) {
        for (const { resolve } of taken) resolve(answer);
      },
    };
  }

  return {
    async add(request) {
      inHand.add(request);
      if (closed === null) await preparing(request).catch(() => {});
      inHand.delete(request);
      if (closed !== null) return { outcome: 'not-done', why: closed };
      return new Promise((resolve) => {
        waiting.push({ request, resolve });
        onAdd(request);
      });
    },
    prepare(work) {
      preparing = work;
    },
    take,
    close(why) {
      closed = why;
      take().answer({ outcome: 'not-done', why });
    },
  };
}
