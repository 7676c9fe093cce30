import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { watch } from 'chokidar';
import { within } from './within.ts';

export interface WatchedTree {
  /**
   * Looks at every directory: `replaced` where another one stands at its path, which chokidar does not see, so that
   * the tree has to be watched anew; `changed` where an entry came or went since the last look.
   */
  check(): Promise<'same' | 'changed' | 'replaced'>;
  close(): Promise<void>;
}

/** Listing thousands of files takes chokidar well under a second. */
const patienceMs = 5000;

/** Watches an existing directory and all below it; resolves once that is so. */
export async function watchTree(
  root: string,
  onEvent: () => void,
  onError: (error: Error) => void,
): Promise<WatchedTree> {
  const directories = new Map<string, Stats>();
  const ignored = (path: string, stats?: Stats) =>
    stats?.isDirectory() === true && path !== root && isIgnored(basename(path));
  const watcher = watch(root, { atomic: false, ignored });
  let ready = false;
  const event = () => ready && onEvent();
  watcher.on('addDir', (path, stats) => stats !== undefined && directories.set(path, stats));
  watcher.on('unlinkDir', (path) => directories.delete(path));
  watcher.on('all', event);
  // The only event that tells of a replaced directory, and of entries that chokidar ignores.
  watcher.on('raw', event);
  watcher.on('error', (error) => onError(error instanceof Error ? error : new Error(String(error))));
  const settled = new Promise<void>((resolve) => {
    watcher.once('ready', () => resolve());
    // A directory that cannot be listed keeps chokidar from ever saying that it is ready.
    watcher.once('error', () => resolve());
  });
  // So does one that goes while it is listed; what is not known then is found to differ by the next check.
  await within(settled, patienceMs);
  ready = true;

  return {
    async check() {
      const looks = await Promise.all([...directories.keys()].map((path) => look(directories, path)));
      if (looks.includes('replaced') || !directories.has(root)) return 'replaced';
      return looks.includes('changed') ? 'changed' : 'same';
    },
    async close() {
      await within(watcher.close(), patienceMs);
    },
  };
}

async function look(directories: Map<string, Stats>, path: string): Promise<'same' | 'changed' | 'replaced'> {
  const there = await stat(path).catch(() => null);
  const before = directories.get(path);
  if (before === undefined) return 'same';
  if (there === null || !there.isDirectory()) {
    directories.delete(path);
    return 'changed';
  }
  if (!isSameDirectory(there, before)) return 'replaced';
  directories.set(path, there);
  return there.mtimeMs === before.mtimeMs ? 'same' : 'changed';
}

/** An inode's number is given away again at once, hence the time of birth. */
export function isSameDirectory(one: Stats, other: Stats): boolean {
  return one.dev === other.dev && one.ino === other.ino && one.birthtimeMs === other.birthtimeMs;
}

/** Kubernetes keeps what a volume shows in `..data`, hence two leading dots are watched. */
function isIgnored(name: string): boolean {
  return name === 'node_modules' || /^\.[^.]/.test(name);
}
