import type { DaemonEvent, EventBody } from './event.ts';

/** Where a daemon tells what happens, and where whoever wants to know listens. */
export interface Events {
  emit(body: EventBody): void;
  /** Those after this id that are still kept, oldest first. */
  since(id: number): readonly DaemonEvent[];
  /** Calls `listener` with every event from now on, until the returned function is called. */
  subscribe(listener: (event: DaemonEvent) => void): () => void;
}

/**
 * Keeps the last events in memory. A listener that throws is told to `onError`, and keeps neither the others nor who
 * emitted from their work.
 *
 * @param options.keep how many events are kept; 1000 by default
 */
export function createEvents(options: {
  readonly now: () => Date;
  readonly onError: (error: unknown) => void;
  readonly keep?: number;
}): Events {
  const keep = options.keep ?? 1000;
  const kept: DaemonEvent[] = [];
  const listeners = new Set<(event: DaemonEvent) => void>();
  let last = 0;
  return {
    emit(body) {
      last += 1;
      const event: DaemonEvent = { ...body, id: last, at: options.now() };
      kept.push(event);
      if (kept.length > keep) kept.shift();
      for (const listener of [...listeners]) {
        try {
          listener(event);
        } catch (error) {
          options.onError(error);
        }
      }
    },
    since: (id) => kept.filter((event) => event.id > id),
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
