import type { DatabaseContext } from '../../context.ts';
import { inspectAttune } from '../../database/inspect-attune.ts';
import { type RuntimeEntry, readRuntimes } from '../queries/read-runtimes.ts';

export interface RuntimeList {
  readonly runtimes: readonly RuntimeEntry[];
  /** False: this Attune is older than versions of runtimes. */
  readonly hasVersions: boolean;
  /** Sentences about what is not as it should be. */
  readonly notes: readonly string[];
}

/** Every runtime in Attune, whosever it is. Reads only. @throws SyncError those of `inspectAttune` */
export async function listRuntimes({ database }: DatabaseContext): Promise<RuntimeList> {
  const { missing } = await inspectAttune(database);
  const hasVersions = !missing.kinds.includes('runtime_version');
  const runtimes = await readRuntimes(database.knex, hasVersions);
  return { runtimes, hasVersions, notes: noteRuntimes(runtimes, hasVersions) };
}

/** What rows can say and no file may: nothing in Attune's tables keeps a runtime from having several defaults. */
export function noteRuntimes(runtimes: readonly RuntimeEntry[], hasVersions: boolean): readonly string[] {
  const defaults = runtimes.flatMap(({ ref, versions }) => {
    const names = versions.filter(({ isDefault }) => isDefault).map(({ version }) => version);
    if (names.length < 2) return [];
    return [`${ref} has several defaults, and at most one is expected: ${names.join(', ')}.`];
  });
  if (hasVersions) return defaults;
  return ['This Attune has no table runtime_version: it knows runtimes, and no versions of them.', ...defaults];
}
