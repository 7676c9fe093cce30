import { stat } from 'node:fs/promises';
import { type WatchedAbove, watchAbove } from './watch-above.ts';
import { type WatchedTree, watchTree } from './watch-tree.ts';

export interface WatchedRoot {
  /**
   * Compares what is watched with what is there and watches it anew where it was replaced.
   * True where something differs since the last check.
   */
  check(): Promise<boolean>;
  close(): Promise<void>;
}

/** Watches one directory that may be missing, come, go, or be replaced as a whole. Nothing is watched before `check`. */
export function watchRoot(root: string, onEvent: () => void, onError: (error: Error) => void): WatchedRoot {
  const above: WatchedAbove = watchAbove(root, onEvent, onError);
  let tree: WatchedTree | null = null;

  async function closeTree(): Promise<void> {
    await tree?.close();
    tree = null;
  }

  return {
    async check() {
      await above.check();
      const there = await stat(root).catch(() => null);
      if (there === null || !there.isDirectory()) {
        const was = tree !== null;
        await closeTree();
        return was;
      }
      const found = (await tree?.check()) ?? 'replaced';
      if (found !== 'replaced') return found === 'changed';
      await closeTree();
      tree = await watchTree(root, onEvent, onError);
      return true;
    },
    async close() {
      above.close();
      await closeTree();
    },
  };
}
