import { type FSWatcher, type Stats, watch } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, dirname, relative, sep } from 'node:path';
import { isSameDirectory } from './watch-tree.ts';

export interface WatchedAbove {
  /** Watches the nearest directory above that exists now. */
  check(): Promise<void>;
  close(): void;
}

interface Directory {
  readonly path: string;
  readonly stats: Stats;
}

/**
 * Watches the nearest existing directory above `root` for the one entry that leads to it: the root itself coming,
 * going or being replaced, or a missing directory on the way to it. Other entries there are nobody's concern.
 */
export function watchAbove(root: string, onEvent: () => void, onError: (error: Error) => void): WatchedAbove {
  let watched: (Directory & { readonly watcher: FSWatcher }) | null = null;

  function close(): void {
    watched?.watcher.close();
    watched = null;
  }

  return {
    async check() {
      const nearest = await nearestAbove(root);
      if (nearest === null || isSameWatch(watched, nearest)) return;
      close();
      // The watched directory's own name stands for itself being moved away.
      const names = [relative(nearest.path, root).split(sep)[0], basename(nearest.path), null];
      const watcher = watch(nearest.path, (_event, name) => names.includes(name) && onEvent());
      watcher.on('error', onError);
      watched = { ...nearest, watcher };
    },
    close,
  };
}

async function nearestAbove(path: string): Promise<Directory | null> {
  for (let above = dirname(path); ; above = dirname(above)) {
    const stats = await stat(above).catch(() => null);
    if (stats?.isDirectory()) return { path: above, stats };
    if (above === dirname(above)) return null;
  }
}

function isSameWatch(one: Directory | null, other: Directory): boolean {
  return one !== null && one.path === other.path && isSameDirectory(one.stats, other.stats);
}
