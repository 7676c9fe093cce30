import { readFound } from '../store/read-found.ts';
import { readShipped } from '../store/read-shipped.ts';
import type { Actual, InstalledPack, RecordedPack } from './actual.ts';

interface FoundOptions {
  readonly packStore: string;
  readonly wanted: readonly string[];
  /** Entry files that the source of a desired pack lacks, relative to it, by ref. */
  readonly missingEntries?: ReadonlyMap<string, readonly string[]>;
}

/** What others left in the pack store of desired packs, their rows too or not, and put into the directories of packs. */
export async function loadFound(
  rows: readonly Pick<InstalledPack, 'ref' | 'columns' | 'installation'>[],
  recorded: ReadonlyMap<string, RecordedPack>,
  { packStore, wanted, missingEntries = new Map() }: FoundOptions,
): Promise<Required<Pick<Actual, 'found' | 'shipped'>>> {
  const byRef = new Map(rows.map((row) => [row.ref, row]));
  const versionOf = (ref: string) => {
    const version = byRef.get(ref)?.columns.version;
    return typeof version === 'string' ? version : null;
  };
  const strange = wanted
    .filter((ref) => !recorded.has(ref))
    .map((ref) => ({
      ref,
      version: versionOf(ref),
      storagePath: byRef.get(ref)?.installation.storagePath ?? null,
    }));
  const named = [...missingEntries].map(([ref, paths]) => ({ ref, version: versionOf(ref), paths }));
  return { found: await readFound(packStore, strange), shipped: await readShipped(packStore, named) };
}
