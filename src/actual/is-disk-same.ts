import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { PackContent } from '../packs/content.ts';
import { noFiles, readLinks } from '../store/read-links.ts';
import { findLeftoverLinks } from '../store/remove-links.ts';
import type { Actual } from './actual.ts';
import { loadFound } from './load-found.ts';
import { whatToCheck } from './what-to-check.ts';

/** Whether the pack store holds what it held when this was read; of packs that this manager recorded, all have rows. */
export async function isDiskSame(
  actual: Actual,
  options: {
    readonly packStore: string;
    readonly wanted: readonly string[];
    readonly contents: ReadonlyMap<string, PackContent>;
    readonly missingEntries: ReadonlyMap<string, readonly string[]>;
    readonly filesRecentMs: number;
  },
): Promise<boolean> {
  const { packStore } = options;
  const packs = [...actual.packs.values()];
  const recorded = packs.flatMap((pack) => pack.recorded ?? []);
  const own = recorded.filter(({ manager }) => manager === actual.manager);
  const files = await readLinks(packStore, own, whatToCheck(own, options));
  const isSame = packs.every(({ ref, files: before, installation }) => {
    const moved = installation.storagePath !== join(packStore, ref);
    return isDeepStrictEqual({ ...(files.get(ref) ?? noFiles), moved }, before);
  });
  if (!isSame || (await findLeftoverLinks(packStore, new Set(actual.packs.keys()))).length > 0) return false;
  const { found, shipped } = await loadFound(packs, new Map(recorded.map((one) => [one.ref, one])), options);
  return isDeepStrictEqual([found, shipped], [actual.found, actual.shipped]);
}
