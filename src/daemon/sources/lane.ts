import PQueue from 'p-queue';
import { nameRemote } from '../../sources/git/name-remote.ts';
import type { Timing } from '../timing.ts';

/** Somebody waits for it, or nobody does. */
export type Urgency = 'now' | 'routine';

/** Runs work with a remote, some of it at once. */
export type Lane = (url: string, urgency: Urgency, work: () => Promise<void>) => Promise<void>;

/** What takes longer than this is most likely a remote that hangs. */
const slotMs = 2_000;

/**
 * Runs `concurrency` pieces of work at once. One that takes longer than two seconds goes on, but gives its place to the
 * next: remotes that hang keep no other waiting. With one host at most twice as many go on at once, so that hundreds of
 * remotes on a host that hangs do not become hundreds of processes.
 */
export function createLane(concurrency: number, timing: Timing): Lane {
  const places = new PQueue({ concurrency });
  const hosts = new Map<string, PQueue>();

  async function runInPlace(priority: number, work: () => Promise<void>): Promise<void> {
    let done: Promise<void> = Promise.resolve();
    await places.add(
      async () => {
        const stop = new AbortController();
        done = work().finally(() => stop.abort());
        await Promise.race([done.catch(() => {}), timing.wait(slotMs, stop.signal)]);
      },
      { priority },
    );
    return done;
  }

  return async (url, urgency, work) => {
    const priority = urgency === 'now' ? 1 : 0;
    const host = hostOf(url);
    const queue = hosts.get(host) ?? new PQueue({ concurrency: 2 * concurrency });
    hosts.set(host, queue);
    try {
      await queue.add(() => runInPlace(priority, work), { priority });
    } finally {
      if (queue.size + queue.pending === 0) hosts.delete(host);
    }
  };
}

/** Of a local path the path: those do not wait for one another. */
function hostOf(url: string): string {
  const name = nameRemote(url);
  return name.startsWith('/') ? name : (name.split('/')[0] ?? name);
}
