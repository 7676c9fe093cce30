import { realpath } from 'node:fs/promises';
import { dirname, isAbsolute } from 'node:path';
import { type Problem, problem } from '../errors.ts';
import { readStoreId } from './store-id.ts';

/**
 * Whether Attune's packs are in another pack store with the same id: one was copied, or goes by two names. Runs with
 * either would take the packs from each other for ever, and each would look like one that finds a store that moved.
 *
 * @param places where Attune's rows say that packs are
 * @returns a warning for each, by path
 */
export async function warnOfCopies(store: string, places: readonly (string | null)[]): Promise<readonly Problem[]> {
  const others = new Set(places.flatMap((place) => (place === null || !isAbsolute(place) ? [] : [dirname(place)])));
  others.delete(store);
  if (others.size === 0) return [];
  const id = await readStoreId(store);
  if (id === null || id === '') return [];
  const warnings: Problem[] = [];
  for (const other of [...others].sort()) {
    if ((await readStoreId(other)) !== id) continue;
    const isSame = await isSameDirectory(store, other);
    const what = isSame ? 'the same directory by another name' : 'a copy of it, or the one it was copied from';
    const message = `Attune uses the packs in ${other}, and this run would take them to the pack store ${store}; ${other} is ${what}.`;
    const hint = isSame
      ? 'Give packStore one name in every configuration, or they undo each other.'
      : 'Where both are used, they undo each other: configure one of them everywhere, and delete the other.';
    warnings.push(problem('warning', 'store-copied', message, { hint }));
  }
  return warnings;
}

async function isSameDirectory(one: string, other: string): Promise<boolean> {
  const [first, second] = await Promise.all([one, other].map((path) => realpath(path).catch(() => path)));
  return first === second;
}
