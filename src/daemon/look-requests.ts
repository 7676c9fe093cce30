import type { LookAnswer, LookRequest } from './daemon-view.ts';

/** Requests for a pass, from when they are made until the pass that covers them has ended. */
export interface LookRequests {
  add(request: LookRequest): Promise<LookAnswer>;
  /** A pass begins: those made before it are its own. */
  take(): TakenRequests;
  /** Answers all that wait: no pass is to come. */
  close(why: string): void;
}

export interface TakenRequests {
  readonly requests: readonly LookRequest[];
  answer(answer: LookAnswer): void;
}

interface Waiting {
  readonly request: LookRequest;
  readonly resolve: (answer: LookAnswer) => void;
}

/** @param onAdd called with each request: a pass has to come */
export function createLookRequests(onAdd: (request: LookRequest) => void): LookRequests {
  let waiting: Waiting[] = [];
  let closed: string | null = null;

  function take(): TakenRequests {
    const taken = waiting;
    waiting = [];
    return {
      requests: taken.map(({ request }) => request),
      answer(answer) {
        for (const { resolve } of taken) resolve(answer);
      },
    };
  }

  return {
    add(request) {
      if (closed !== null) return Promise.resolve({ outcome: 'not-done', why: closed });
      return new Promise((resolve) => {
        waiting.push({ request, resolve });
        onAdd(request);
      });
    },
    take,
    close(why) {
      closed = why;
      take().answer({ outcome: 'not-done', why });
    },
  };
}
