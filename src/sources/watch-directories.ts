import { resolve } from 'node:path';
import { debounce } from './debounce.ts';
import { type WatchedRoot, watchRoot } from './watch-root.ts';

export interface WatchOptions {
  /** What the operating system refused, a limit of watches for example: the interval still notices replaced directories. */
  readonly onError?: (error: Error) => void;
  /** Quiet time after an event before `onChange`; 50 by default. */
  readonly debounceMs?: number;
  /** How often directories are compared with what is watched; 1000 by default. */
  readonly intervalMs?: number;
}

/** Directories that are compared on the interval: each costs a look at all that are below it. */
const mostAtOnce = 20;

export interface Watcher {
  /** Resolves once every directory given so far is watched, or its nearest parent where it is missing. */
  ready(): Promise<void>;
  /** Watches exactly these directories from now on. That the set changed is no change: nothing is reported for it. */
  update(paths: readonly string[]): void;
  close(): Promise<void>;
}

/**
 * Calls `onChange` after anything below one of the directories changed. It says no more than "look again", and may
 * say it once too often, never too seldom: chokidar does not see that a directory was replaced, so directories are
 * compared by identity on every event in them and on an interval, and watched anew where they differ. Of many some are
 * compared each time, all of them in turn: looking at thousands each second would never let the machine rest.
 * Directories may be missing, links, or replaced as a whole. Below them `node_modules` and directories with a leading dot are
 * not watched.
 */
export function watchDirectories(paths: readonly string[], onChange: () => void, options: WatchOptions = {}): Watcher {
  const onError = options.onError ?? (() => {});
  const roots = new Map<string, WatchedRoot>();
  let closed = false;
  let work: Promise<void> = Promise.resolve();
  let checkWaits = false;
  const touched = new Set<string>();
  let turn: string[] = [];

  const nudge = debounce(() => check(true), options.debounceMs ?? 50);
  const interval = setInterval(() => check(false), options.intervalMs ?? 1000);

  function touch(path: string): void {
    touched.add(path);
    nudge.call();
  }

  function inTurn(step: () => Promise<void>): void {
    work = work
      .then(step)
      .catch((error: unknown) => onError(error instanceof Error ? error : new Error(String(error))));
  }

  /** After a change those in which something happened, else those whose turn it is. */
  function choose(changed: boolean): readonly string[] {
    if (changed) {
      const chosen = [...touched];
      touched.clear();
      return chosen;
    }
    if (turn.length === 0) turn = [...roots.keys()];
    return turn.splice(0, mostAtOnce);
  }

  function check(changed: boolean): void {
    if (checkWaits && !changed) return;
    checkWaits = true;
    inTurn(async () => {
      checkWaits = false;
      const found = await Promise.all(choose(changed).map((path) => roots.get(path)?.check()));
      if (closed) return;
      if (changed) onChange();
      else if (found.includes(true)) nudge.call();
    });
  }

  function update(next: readonly string[]): void {
    const wanted = new Set(next.map((path) => resolve(path)));
    inTurn(async () => {
      if (closed) return;
      const gone = [...roots].filter(([path]) => !wanted.has(path));
      for (const [path] of gone) roots.delete(path);
      const added = [...wanted].filter((path) => !roots.has(path));
      for (const path of added)
        roots.set(
          path,
          watchRoot(path, () => touch(path), onError),
        );
      await Promise.all([...gone.map(([, root]) => root.close()), ...added.map((path) => roots.get(path)?.check())]);
    });
  }

  update(paths);
  return {
    ready: () => work,
    update,
    async close() {
      closed = true;
      clearInterval(interval);
      nudge.cancel();
      await work;
      await Promise.all([...roots.values()].map((root) => root.close()));
    },
  };
}
