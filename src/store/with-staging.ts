import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { removeTree } from '../environments/remove-tree.ts';

/** A directory of its own for one run, made by whoever first stages something: an idle run touches no disk. */
export async function withStaging<T>(parent: string, work: (staging: string) => Promise<T>): Promise<T> {
  const staging = join(parent, randomUUID());
  try {
    return await work(staging);
  } finally {
    // What is left is swept by a later run, and must not hide what the work met.
    await removeTree(staging).catch(() => {});
  }
}
