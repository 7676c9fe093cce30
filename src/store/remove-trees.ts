import { basename } from 'node:path';
import { removeTree } from '../environments/remove-tree.ts';

/** What is still there, and what the system said. Without the path that it said it of, which can be longer than it takes. */
export interface StuckTree {
  readonly name: string;
  readonly code: string;
}

/** Removes directories with all that is in them. One that cannot be removed keeps no other. */
export async function removeTrees(paths: Iterable<string>): Promise<readonly StuckTree[]> {
  const stuck: StuckTree[] = [];
  for (const path of paths) {
    await removeTree(path).catch((error: NodeJS.ErrnoException) => {
      stuck.push({ name: basename(path), code: error.code ?? 'unknown' });
    });
  }
  return stuck;
}
